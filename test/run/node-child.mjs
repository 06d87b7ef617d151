/** Runs one test file in a process of its own: `node node-child.mjs FILE`, result over IPC. */
import { pathToFileURL } from 'node:url';
import { collect, prepare } from './collect.mjs';

prepare();
await import(pathToFileURL(process.argv[2]).href);
const collected = await collect();
// Node reports a rejection that nobody handled only after the promises of this turn are done; it
// ends the process, which the runner sees.
await new Promise((resolve) => setTimeout(resolve, 10));
// The process ends once the message is out, whatever the tests have left open.
process.send(collected, () => process.exit(0));
