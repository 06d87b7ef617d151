/** The server of a storm, as a process of its own that can be killed: `node server.ts JSON`. */
import { readFile } from 'node:fs/promises';
import type { NewTrial } from '../../../sweep/src/contract.ts';
import { startSweepServer } from '../../../sweep/src/server/index.ts';
import { openStore } from '../../../sweep/src/store/index.ts';

/** What the process is given. */
export interface ServerArguments {
  readonly folder: string;
  readonly database?: string;
  readonly heartbeatSeconds: number;
  readonly port: number;
  readonly token: string;
  /** JSON of {@link NewTrial}s. */
  readonly trials: string;
  readonly checkpointSeconds?: number;
}

const given = JSON.parse(process.argv[2] ?? '{}') as ServerArguments;
const { folder, database, heartbeatSeconds, port, token, checkpointSeconds = 0 } = given;
const trials = JSON.parse(await readFile(given.trials, 'utf8')) as NewTrial[];
const log = (line: string): void => console.log(line);
const store = await openStore({
  folder,
  name: 'storm',
  heartbeatSeconds,
  // Workers are killed all the time: it is never the trial's fault.
  mostBarrenLosses: 1000,
  log,
  ...(database === undefined ? {} : { database }),
});
let ended = (await store.trials()).filter(
  ({ state }) => state !== 'waiting' && state !== 'running',
).length;
store.listen(({ type }) => {
  if (type === 'ended') ended++;
});
const server = await startSweepServer({
  store,
  folder,
  port,
  token,
  // Lines that can be cut have ports of their own.
  allowedHosts: ['127.0.0.1'],
  checkpointSeconds,
  log,
  sweep: {
    name: 'storm',
    objective: { metric: 'test.accuracy', direction: 'maximize' },
    dimensions: [],
    planned: () => trials.length,
    over: () => ended >= trials.length,
  },
});
await store.add(trials);
const end = async (): Promise<void> => {
  await server.close();
  await store.close();
  process.exit(0);
};
process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());
console.log(`ready ${server.origin} rss ${process.memoryUsage.rss()}`);
