import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unwrapped } from '../../scripts/library.mjs';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { installRuntimes } from '../run/runtimes.ts';

/** Runs the program as an app has it: bundled, with or without the package webgpu beside it. */
async function run(way: 'found' | 'given' | 'missing'): Promise<{ out: string; status: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-node-'));
  try {
    const outfile = join(folder, 'app.mjs');
    await build({
      entryPoints: [join(PACKAGE_ROOT, 'test/node/engine-program.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    });
    if (way !== 'missing') {
      installRuntimes();
      mkdirSync(join(folder, 'node_modules'));
      const there = join(PACKAGE_ROOT, 'test/runtimes/node_modules/webgpu');
      symlinkSync(there, join(folder, 'node_modules/webgpu'), 'junction');
    }
    const { stdout, stderr, status, signal } = spawnSync(
      process.execPath,
      ['--expose-gc', outfile, way],
      { cwd: folder, encoding: 'utf8', timeout: 120_000 },
    );
    return { out: stdout + stderr, status: status ?? signal };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('Engine.create() in Node finds the package webgpu, and holds it while the collector runs', async () => {
  const { out, status } = await run('found');
  assert.match(out, 'it has learnt');
  assert.is(status, 0, out);
});

test('a gpu that the app does not hold stays as long as the engine', async () => {
  const { out, status } = await run('given');
  assert.match(out, 'it has learnt');
  assert.is(status, 0, out);
});

test('without the package the error names what to install', async () => {
  const { out } = await run('missing');
  assert.match(out, 'AdapterError: Node gets WebGPU from the package webgpu');
  assert.match(out, 'npm install webgpu');
});

test('a bundle for browsers neither holds the package nor fails on it', async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: [join(PACKAGE_ROOT, 'src/index.ts')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
  });
  assert.equal(warnings, []);
  const [{ text }] = outputFiles;
  assert.not.match(text, /import\(["'`]webgpu/);
  const compiled = `var __rewriteRelativeImportExtension = function (path) {
    return path;
};
const found = await import(__rewriteRelativeImportExtension(/* @vite-ignore */ name));`;
  assert.is(unwrapped(compiled), '\n\n\nconst found = await import(/* @vite-ignore */ name);');
});

test.run();
