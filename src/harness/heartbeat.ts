import type { TaskEvent } from './protocol.ts';

/** How often a sign of life is sent. */
const BEAT_MS = 5_000;
/** After so long without an event of the task, the GPU is also asked for a sign of life. */
const ASK_GPU_MS = 30_000;

/** Signs of life of a task, which distinguish long work from a hang. */
export interface Heartbeat {
  /** The task has sent an event. */
  progress(): void;
  stop(): void;
}

/**
 * Sends `alive` events while this thread handles events. If the task is silent, each says how long the GPU
 * has not answered: a GPU process that compiles or computes answers now and then, one that hangs does not.
 * Costs nothing while the task sends events.
 */
export function heartbeat(send: (event: TaskEvent) => void): Heartbeat {
  let last = performance.now();
  let askedAt: number | undefined;
  const beat = (): void => {
    const now = performance.now();
    if (now - last >= ASK_GPU_MS && askedAt === undefined) {
      askedAt = now;
      const answered = (): void => {
        askedAt = undefined;
      };
      navigator.gpu?.requestAdapter().then(answered, answered);
    }
    const gpuSilentMs = askedAt === undefined ? 0 : now - askedAt;
    send({ type: 'alive', gpuSilentMs });
  };
  const timer = setInterval(beat, BEAT_MS);
  beat();
  return {
    progress: () => {
      last = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}
