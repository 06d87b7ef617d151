/**
 * A sweep's real server with some trials, for tests, in a process of its own; `real-sweep.ts` starts it. Its arguments are a folder,
 * and options as JSON; it writes a line of JSON when it listens, and answers lines on its standard input with `state`.
 */
import { createInterface } from 'node:readline';
import { pageFiles } from '../../src/cli/page-files.ts';
import { startSweepServer } from '../../sweep/src/server/index.ts';
import { openStore } from '../../sweep/src/store/index.ts';
import type { RealOptions } from './real-sweep.ts';

const [folder, text] = process.argv.slice(2);
const { trials, heartbeatSeconds, checkpointSeconds, host, port }: RealOptions = JSON.parse(text);
const store = await openStore({ folder, name: 'test', heartbeatSeconds, log: () => {} });
await store.add(
  trials.map((trial, i) => ({ ...trial, point: i, values: {}, shape: trial.shape ?? trial.id })),
);
const all = () => store.trialsSince(null);
const over = (): boolean => all().every(({ state }) => state !== 'waiting' && state !== 'running');
const server = await startSweepServer({
  ...{ store, folder, checkpointSeconds, pages: await pageFiles() },
  ...(host === undefined ? {} : { host }),
  ...(port === undefined ? {} : { port }),
  token: 'a-token-for-tests',
  sweep: {
    name: 'test',
    objective: { metric: 'test.loss', direction: 'minimize' },
    dimensions: [],
    planned: () => trials.length,
    over,
  },
  log: (line) => process.stderr.write(`${line}\n`),
});
const say = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};
say({ port: server.port });
createInterface({ input: process.stdin })
  .on('line', () => say(all()))
  .on('close', () => process.exit(0));
