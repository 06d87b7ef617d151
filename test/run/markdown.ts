import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** A section's first block of code, as a function of the engine that gives all that it declares. */
function functionOf(section: string): string[] {
  const [, block] = /^```js\n(.*?)^```$/ms.exec(section) ?? [];
  if (block === undefined) return [];
  const code = block.replace(
    /^import \{([^}]*)\} from 'gradweave';$/gm,
    (_, names: string) => `const {${names}} = gradweave;`,
  );
  const names = [...block.matchAll(/^const (\w+|[{[][^=]*[}\]]) =/gm)].flatMap(
    ([, pattern]) => pattern.match(/\w+/g) ?? [],
  );
  const title = JSON.stringify(section.split('\n')[0]);
  return [`${title}: async (engine) => {\n${code}\nreturn { ${names.join(', ')} };\n}`];
}

/** Pages of documentation as modules: their sections' code, by title, to be run. */
export const markdown: Plugin = {
  name: 'code of pages',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.md$/ }, async ({ path }) => {
      const sections = (await readFile(path, 'utf8')).split(/^## /m);
      const functions = sections.flatMap(functionOf).join(',\n');
      const contents = `import * as gradweave from './src/index.ts';\nexport default {${functions}};`;
      return { contents, resolveDir: process.cwd(), loader: 'js' };
    });
  },
};
