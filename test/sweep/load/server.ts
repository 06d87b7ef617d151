/** The server of the load test, as a process of its own, so that its memory and its time are its own: `node server.ts JSON`. */
import type { NewTrial } from '../../../sweep/src/contract.ts';
import { startSweepServer } from '../../../sweep/src/server/index.ts';
import { openStore } from '../../../sweep/src/store/index.ts';
import { idleTrial } from './trials.ts';

export interface LoadArguments {
  readonly folder: string;
  readonly database?: string;
  readonly token: string;
  readonly trials: number;
}

const given = JSON.parse(process.argv[2] ?? '{}') as LoadArguments;
const { folder, database, token } = given;
const store = await openStore({
  folder,
  name: 'load',
  ...(database === undefined ? {} : { database }),
});
let ended = 0;
store.listen(({ type }) => {
  if (type === 'ended') ended++;
});
const server = await startSweepServer({
  store,
  folder,
  token,
  mostRequestsPerSecond: 1_000_000,
  sweep: {
    name: 'load',
    objective: { metric: 'test.accuracy', direction: 'maximize' },
    dimensions: ['seed'],
    planned: () => given.trials,
    over: () => ended >= given.trials,
  },
});
const start = process.memoryUsage.rss();
const trials: NewTrial[] = [];
for (let seed = 0; seed < given.trials; seed++) trials.push(await idleTrial(seed));
const before = performance.now();
await store.add(trials);
const queueing = performance.now() - before;
let peak = process.memoryUsage.rss();
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 200).unref();
process.on('message', () =>
  process.send?.({ start, peak, now: process.memoryUsage.rss(), cpu: process.cpuUsage() }),
);
process.send?.({ origin: server.origin, queueing });
