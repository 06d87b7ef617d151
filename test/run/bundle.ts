import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { oneFile } from '../../scripts/one-file.mjs';
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

/** The name of the script that every page of tests runs first. */
export const PAGE_START = 'page-start.js';

/** The name of a test file's script. */
export const scriptName = (file: string): string => `${file.replace(/[^a-z0-9]+/gi, '-')}.js`;

/**
 * Bundles GPU test files for a page into a folder: a script for each, named by {@link scriptName}, and what they share in
 * further scripts, which are compiled once. If a file does not compile, each is bundled by itself.
 *
 * @returns esbuild's error for each file that does not compile
 */
export async function bundleTests(
  root: string,
  files: readonly string[],
  outdir: string,
): Promise<ReadonlyMap<string, Error>> {
  await bundle(root, ['test/run/page-start.ts'], outdir, () => PAGE_START);
  try {
    await bundle(root, files, outdir, scriptName);
    return new Map();
  } catch {
    const failures = new Map<string, Error>();
    const alone = (file: string): Promise<unknown> =>
      bundle(root, [file], outdir, scriptName).catch((error) => failures.set(file, error));
    await Promise.all(files.map(alone));
    return failures;
  }
}

/** @throws esbuild's error, if a file does not compile. */
async function bundle(
  root: string,
  files: readonly string[],
  outdir: string,
  name: (file: string) => string,
): Promise<void> {
  await build({
    entryPoints: files.map((file) => ({ in: file, out: name(file).replace(/\.js$/, '') })),
    absWorkingDir: root,
    outdir,
    // Where chrome-runner.ts serves the files.
    publicPath: '/tests',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // package.json says `sideEffects: false`, which would drop imports without names.
    ignoreAnnotations: true,
    sourcemap: true,
    sourcesContent: false,
    loader: { '.wgsl': 'text', '.html': 'text', '.safetensors': 'binary' },
    define: {
      'process.env.GRADWEAVE_THOROUGH': JSON.stringify(process.env.GRADWEAVE_THOROUGH ?? ''),
      'process.env.GRADWEAVE_DEVICE': JSON.stringify(process.env.GRADWEAVE_DEVICE ?? ''),
    },
    plugins: [namedUvu(root), oneFile, markdown, script],
    logLevel: 'silent',
  });
}
