/**
 * Builds the examples and serves them on this computer: `npm run examples`. Here they import gradweave's
 * sources; in your own app they would import the package.
 */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../build.mjs';
import { setup } from './setup.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const EXAMPLES = join(ROOT, 'examples');
const PORT = 8791;

/** Names of the examples that are pages. */
export const PAGES = ['minimal', 'paint', 'draw', 'transfer', 'writer', 'latent', 'three'];

/** @param {string} out the folder to write to; relative paths stay the same */
export async function buildExamples(out) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: PAGES.map((name) => `examples/${name}/main.ts`),
    outbase: 'examples',
    outdir: out,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: true,
    logLevel: 'warning',
  });
  for (const name of readdirSync(EXAMPLES, { recursive: true })) {
    if (!/\.(html|css|safetensors)$/.test(name)) continue;
    mkdirSync(dirname(join(out, name)), { recursive: true });
    cpSync(join(EXAMPLES, name), join(out, name));
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  setup({ browser: false });
  await build({ quiet: true });
  const out = join(ROOT, 'dist/examples');
  await buildExamples(out);
  const esbuild = await import('esbuild');
  const context = await esbuild.context({});
  const { port } = await context.serve({ servedir: out, host: '127.0.0.1', port: PORT });
  for (const name of PAGES) console.log(`http://127.0.0.1:${port}/${name}/`);
  console.log('Stop with Ctrl+C.');
}
