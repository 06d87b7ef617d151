import { STOPPED } from '../../../trial/client/attempt.ts';
import { type Lease, SweepClient } from '../../../trial/client/client.ts';
import { runtimeName } from '../../runtime-name.ts';
import { LastingEngine } from '../lasting-engine.ts';
import type { Emit } from '../task.ts';
import { TrialDatasets } from '../trial-data.ts';
import type { Workshop } from './alone.ts';
import { type Working, work } from './loop.ts';
import type { WorkerNews, WorkerOutcome } from './news.ts';
import { sweepSources } from './sources.ts';
import { trainAll } from './train-all.ts';

/** A worker: for whom it works, and how long. */
export interface WorkerRun extends Pick<Working, 'pack' | 'trials' | 'idle'> {
  readonly server: URL;
  readonly token: string;
  /** Shown to people; up to 80 characters. */
  readonly name: string;
  /** Called with the trials that are held, when they change: who has a lease can give its trial back. */
  readonly onHeld?: (leases: readonly Lease[]) => void;
}

/** How often a worker that waits says so, in milliseconds: the command ends one that is silent. */
const WAITING_MS = 20_000;

/**
 * Works for a sweep until it is over, a limit is reached or `globalThis.gradweaveStop` is called: then the trial's checkpoint is
 * stored, and it is given back.
 *
 * @throws AdapterError if there is no adapter; DeviceLostError if too many devices were lost; TokenError; ServerError
 */
export async function runWorker(
  { server, token, name, pack, trials, idle, onHeld }: WorkerRun,
  emit: Emit,
): Promise<WorkerOutcome> {
  const stopping = new AbortController();
  globalThis.gradweaveStop = () => stopping.abort(STOPPED);
  let isWaiting = true;
  const say = (news: WorkerNews): void => {
    if (news.kind === 'waiting') isWaiting = true;
    if (news.kind === 'began') isWaiting = false;
    emit({ type: 'worker', news });
  };
  const waiting = setInterval(() => {
    if (isWaiting) say({ kind: 'waiting' });
  }, WAITING_MS);
  let lasting: LastingEngine | undefined;
  try {
    lasting = await LastingEngine.open(emit);
    const client = new SweepClient({
      ...{ server, token },
      onAway: (why) => say({ kind: 'server', state: 'away', why }),
      onBack: () => say({ kind: 'server', state: 'back' }),
    });
    const datasets = new TrialDatasets(new URLSearchParams(), sweepSources(client));
    const shop: Workshop = { lasting, datasets, emit: once(emit), say };
    const { adapter } = lasting.current;
    return await work({
      ...{ client, stop: stopping.signal, say },
      worker: { name, runtime: runtimeName(), adapter },
      ...(pack === undefined ? {} : { pack }),
      ...(trials === undefined ? {} : { trials }),
      ...(idle === undefined ? {} : { idle }),
      train: async (attempts, { checkpointSeconds }, ended) => {
        const held = new Map(attempts.map(({ trial }) => [trial.id, trial]));
        const tell = (): void =>
          onHeld?.([...held.values()].map(({ id, lease }) => ({ id, lease })));
        tell();
        await trainAll(attempts, checkpointSeconds, shop, (settled, error) => {
          held.delete(settled.id);
          tell();
          ended(settled, error);
        });
        shop.lasting.forgive();
      },
    });
  } finally {
    clearInterval(waiting);
    globalThis.gradweaveStop = undefined;
    lasting?.destroy();
  }
}

/** Leaves out what was said of the data, if the next trial has the same. */
function once(emit: Emit): Emit {
  let said = '';
  return (event) => {
    if (event.type === 'dataset') {
      const text = JSON.stringify(event);
      if (text === said) return;
      said = text;
    }
    emit(event);
  };
}
