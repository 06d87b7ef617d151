#!/usr/bin/env node
/**
 * The command `gradweave`. In a checkout it first installs and builds what is missing or out of
 * date; an installed package is already built. It has no dependencies: none may be installed yet.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBrowser, setup } from './setup.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
// Installing prints notes, which --quiet leaves out.
const quietly = process.argv.includes('--quiet') ? { log: () => {} } : {};

try {
  // A browser is installed later, and only if a command needs one.
  setup({ browser: false, sweep: process.argv[2] === 'sweep', ...quietly });
  if (existsSync(join(ROOT, 'src'))) {
    const { build } = await import('../build.mjs');
    await build({ quiet: true });
  }
  const { main } = await import(pathToFileURL(join(ROOT, 'dist/cli/gradweave.mjs')).href);
  const installBrowser = (chrome) => ensureBrowser({ chrome, ...quietly });
  process.exitCode = await main(process.argv.slice(2), { installBrowser });
} catch (error) {
  console.error(`gradweave: ${process.env.GRADWEAVE_DEBUG ? error.stack : error.message}`);
  process.exitCode = 1;
}
