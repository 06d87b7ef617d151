import type { ClaimAnswer, ClaimRequest } from '../../../src/trial/protocol.ts';
import type { SweepStore } from '../store/store.ts';
import type { Checkpoints } from './checkpoints.ts';

/** Whether the sweep is over is looked at so often. */
const LOOK_MS = 500;

export interface Claiming {
  readonly store: SweepStore;
  readonly checkpoints: Checkpoints;
  readonly checkpointSeconds: number;
  readonly over: () => boolean;
}

/**
 * Gives trials to a worker, or waits for some.
 *
 * @param gone aborted if the worker does not wait any more: it is given nothing that nobody would take
 */
export async function claim(
  { store, checkpoints, checkpointSeconds, over }: Claiming,
  { worker, most, waitSeconds }: Required<ClaimRequest>,
  gone: AbortSignal,
): Promise<ClaimAnswer> {
  const until = performance.now() + waitSeconds * 1000;
  const { heartbeatSeconds } = store.rules;
  const answer = (trials: ClaimAnswer['trials'], isOver: boolean): ClaimAnswer => ({
    trials,
    heartbeatSeconds,
    checkpointSeconds,
    over: isOver,
  });
  store.greet(worker);
  for (;;) {
    if (gone.aborted) return answer([], false);
    const given = store.waiting > 0 ? await store.claim(worker, most) : [];
    if (given.length > 0) {
      return answer(
        given.map((one) => ({ ...one, checkpoint: checkpoints.has(one.id) })),
        false,
      );
    }
    if (over()) return answer([], true);
    const left = until - performance.now();
    if (left <= 0) return answer([], false);
    await change(store, Math.min(left, LOOK_MS), gone);
  }
}

/** Resolves when trials may wait, after a time, or when the worker has gone. */
function change(store: SweepStore, milliseconds: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop();
      gone.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    const stop = store.onWaiting(end);
    gone.addEventListener('abort', end, { once: true });
  });
}
