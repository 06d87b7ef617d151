import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';
import { blocksOf, fileOf, isForNode, scriptOf } from './blocks.ts';

/** Names that a script declares at its top. */
function declared(script: string): string[] {
  return [
    ...script.matchAll(/^(?:export )?(?:const|let|function|class) (\w+|[{[][^=]*[}\]])/gm),
  ].flatMap(([, pattern]) => pattern.match(/\w+/g) ?? []);
}

/** A script as the body of an async function, which gives what the script declares. */
function functionOf(script: string): string {
  const body = script
    .replace(/^import type .*;$/gm, '')
    .replace(
      /^import \{([^}]*)\} from '([^']+)';$/gm,
      (_, names: string, from: string) =>
        `const {${names.replace(/\btype \w+,? ?/g, '').replace(/ as /g, ': ')}} = packages['${from.replace(/^https:.*/, 'gradweave')}'];`,
    )
    .replace(/^export /gm, '')
    // A worker that another block of the page is the script of.
    .replace(/new URL\('\.\/([\w.-]+)', import\.meta\.url\)/g, "files['$1']");
  // An inner function, so that a script may declare an engine of its own.
  return `(engine, files) => (async () => {\n${body}\nreturn { ${declared(script).join(', ')} };\n})()`;
}

/** A script with all that it imports, as a worker loads it. */
async function bundled(script: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    loader: { '.wgsl': 'text' },
    ignoreAnnotations: true,
  });
  return outputFiles[0].contents;
}

/**
 * Pages of documentation as modules: their scripts as functions, by the title above them, to be run. The second
 * script below a title has ` 2` behind it. Scripts for Node are left out; scripts that begin with their file's name
 * are files, by name: the
 * address of each with all that it imports.
 */
export const markdown: Plugin = {
  name: 'code of pages',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^worker of / }, ({ path, pluginData }) => ({
      path: path.replace(/^worker of (.*)\.ts$/, '$1.js'),
      namespace: 'worker',
      pluginData,
    }));
    onLoad({ filter: /./, namespace: 'worker' }, async ({ pluginData, path }) => ({
      contents: await bundled(pluginData[path.replace(/js$/, 'ts')]),
      loader: 'file',
    }));
    onLoad({ filter: /\.md$/ }, async ({ path }) => {
      const counts = new Map<string, number>();
      const sections: string[] = [];
      const files: Record<string, string> = {};
      for (const block of blocksOf(await readFile(path, 'utf8'))) {
        const script = scriptOf(block);
        if (script === undefined || isForNode(script)) continue;
        const file = fileOf(script);
        if (file !== undefined) {
          files[file] = script;
          continue;
        }
        const count = (counts.get(block.title) ?? 0) + 1;
        counts.set(block.title, count);
        const title = count === 1 ? block.title : `${block.title} ${count}`;
        sections.push(`${JSON.stringify(title)}: ${functionOf(script)}`);
      }
      const names = Object.keys(files);
      // Static imports: esbuild gives names to those of CommonJS, such as react, but in parts not to dynamic ones.
      const found = sections.join().matchAll(/ = packages\['([^']+)'\];/g);
      const packages = [...new Set([...found].map(([, name]) => name))];
      const contents = [
        ...packages.map((name, i) => `import * as package${i} from '${name}';`),
        `const packages = {${packages.map((name, i) => `'${name}': package${i}`).join()}};`,
        ...names.map((name, i) => `import file${i} from 'worker of ${name}';`),
        `export const files = {${names.map((name, i) => `'${name}': new URL(file${i}, import.meta.url)`).join()}};`,
        `export default {${sections.join(',\n')}};`,
      ].join('\n');
      return { contents, resolveDir: process.cwd(), loader: 'tsx', pluginData: files };
    });
  },
};
