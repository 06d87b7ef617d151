/** Runs test files one after the other: `node node-child.mjs FILE…`, each result over IPC. */
import { pathToFileURL } from 'node:url';
import { collect, prepare } from './collect.mjs';

globalThis.gradweaveTestAt = (at) => process.send({ at });

for (const file of process.argv.slice(2)) {
  prepare();
  await import(pathToFileURL(file).href);
  const collected = await collect();
  // Node reports a rejection that nobody handled only after the promises of this turn are done; it
  // ends the process, which the runner sees.
  await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => process.send({ file, collected }, resolve));
}
// Close everything that the tests have left open.
process.exit(0);
