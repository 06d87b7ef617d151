#!/usr/bin/env node
/**
 * The command `gradweave`. In a checkout it first installs and builds what is missing or stale;
 * an installed package comes built. No dependencies: there may be none yet.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBrowser, setup } from './setup.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  // The browser comes later, and only when a command needs one: --help does not.
  setup({ browser: false });
  if (existsSync(join(ROOT, 'src'))) {
    const { build } = await import('../build.mjs');
    await build({ quiet: true });
  }
  const { main } = await import(pathToFileURL(join(ROOT, 'dist/cli/gradweave.mjs')).href);
  const installBrowser = (chrome) => ensureBrowser({ chrome });
  process.exitCode = await main(process.argv.slice(2), { installBrowser });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
