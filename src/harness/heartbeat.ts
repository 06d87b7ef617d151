import type { TaskEvent } from './protocol.ts';

/** How often a sign of life is sent. */
const BEAT_MS = 5_000;
/** After a task has said nothing for so long, the GPU is asked for a sign of life, too. */
const ASK_GPU_MS = 30_000;

/** Signs of life of a task, which tell long work from a hang. */
export interface Heartbeat {
  /** The task has said something. */
  progress(): void;
  stop(): void;
}

/**
 * Sends `alive` events for as long as this thread's events are handled. While a task says nothing, each tells
 * for how long the GPU has owed an answer: a GPU process that compiles or computes answers in between, one
 * that hangs does not. A task that talks costs nothing.
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
