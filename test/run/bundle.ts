import { readFile } from 'node:fs/promises';
import type { SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { markdown } from './markdown.ts';
import { script } from './script.ts';

/** See named-uvu.ts. */
function namedUvu(root: string): Plugin {
  const path = join(root, 'test/run/named-uvu.ts');
  return {
    name: 'named uvu',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^uvu$/ }, ({ importer }) => (importer === path ? undefined : { path }));
    },
  };
}

/** A test file as one script. */
export interface TestBundle {
  /** Its name in the output folder. */
  readonly script: string;
  readonly map: SourceMapPayload;
}

/**
 * Bundles a GPU test file for a page, between the two files that prepare uvu and collect results.
 *
 * @throws esbuild's error, if the file does not compile.
 */
export async function bundleTest(root: string, file: string, outdir: string): Promise<TestBundle> {
  const name = file.replace(/[^a-z0-9]+/gi, '-');
  const outfile = join(outdir, `${name}.js`);
  const imports = ['test/run/page-start.ts', file, 'test/run/page-end.ts'];
  await build({
    stdin: {
      contents: imports.map((path) => `import './${path}';`).join('\n'),
      resolveDir: root,
      sourcefile: 'page.ts',
    },
    absWorkingDir: root,
    outfile,
    // Where chrome-runner.ts serves the files.
    publicPath: '/tests',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // package.json says `sideEffects: false`, which would drop the three imports above.
    ignoreAnnotations: true,
    sourcemap: true,
    sourcesContent: false,
    loader: { '.wgsl': 'text', '.html': 'text', '.safetensors': 'binary' },
    define: {
      'process.env.GRADWEAVE_THOROUGH': JSON.stringify(process.env.GRADWEAVE_THOROUGH ?? ''),
      'process.env.GRADWEAVE_DEVICE': JSON.stringify(process.env.GRADWEAVE_DEVICE ?? ''),
    },
    plugins: [namedUvu(root), markdown, script],
    logLevel: 'silent',
  });
  const map: SourceMapPayload = JSON.parse(await readFile(`${outfile}.map`, 'utf8'));
  return { script: `${name}.js`, map };
}
