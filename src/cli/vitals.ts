import type { TaskEvent } from '../harness/protocol.ts';
import { duration } from '../node/within.ts';
import { PageError } from './errors.ts';

/** How long a task may be silent, in milliseconds. */
export interface VitalLimits {
  /** From opening the page to the first sign of life. */
  readonly start: number;
  /** Between two signs of life of the page, which also computes on its own thread. */
  readonly page: number;
  /** Without an answer from the GPU. */
  readonly gpu: number;
  /** Between two events of the task while page and GPU answer: compilation, steps of large models. */
  readonly task: number;
  /** How often silence is reported. */
  readonly notice: number;
}

/** Minutes, because a software adapter may need them. Each minute of silence is reported. */
export const VITAL_LIMITS: VitalLimits = {
  start: 120_000,
  page: 300_000,
  gpu: 300_000,
  task: 1_800_000,
  notice: 60_000,
};

const TICK_MS = 1_000;

/** Watches over a task by its events. */
export interface Vitals {
  /** Rejects with a {@link PageError} if a limit passes; never resolves. */
  readonly promise: Promise<never>;
  event(event: TaskEvent): void;
  /** Pauses the watch during work outside of the task, which has its own limits. */
  host<T>(work: Promise<T>): Promise<T>;
  dispose(): void;
}

/**
 * Starts to watch.
 *
 * @param who the beginning of a sentence: `The page`
 * @param say takes a line for each minute of silence
 */
export function watchVitals(
  who: string,
  say: (text: string) => void,
  limits: VitalLimits = VITAL_LIMITS,
): Vitals {
  // Counted in ticks, so that a sleeping computer or a stopped command does not count as silence.
  const silence = { page: 0, gpu: 0, task: 0, told: 0 };
  let seen = false;
  let hosting = 0;
  let at = performance.now();
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  promise.catch(() => {});
  const fail = (what: string): void => reject(new PageError(`${what} ${ADVICE}`));
  const tick = (): void => {
    const passed = Math.min(performance.now() - at, 2 * TICK_MS);
    at = performance.now();
    if (hosting > 0) return;
    silence.page += passed;
    silence.task += passed;
    silence.told += passed;
    const { page, gpu, task } = silence;
    if (!seen && page >= limits.start) {
      fail(`${who} did not start within ${duration(limits.start)}.`);
    } else if (page >= limits.page) {
      fail(`${who} has not answered for ${duration(limits.page)}.`);
    } else if (gpu >= limits.gpu) {
      fail(`The GPU has not answered for ${duration(limits.gpu)}: its driver hangs.`);
    } else if (task >= limits.task) {
      fail(`The task has made no progress for ${duration(limits.task)}.`);
    } else if (silence.told >= limits.notice) {
      silence.told = 0;
      say(notice(who, silence, limits));
    }
  };
  const timer = setInterval(tick, Math.min(TICK_MS, limits.notice / 4));
  return {
    promise,
    event: (event) => {
      seen = true;
      silence.page = 0;
      if (event.type === 'alive') silence.gpu = event.gpuSilentMs;
      else silence.gpu = silence.task = silence.told = 0;
    },
    host: (work) => {
      hosting++;
      return work.finally(() => {
        hosting--;
        silence.task = silence.told = 0;
      });
    },
    dispose: () => clearInterval(timer),
  };
}

function notice(
  who: string,
  { page, gpu, task }: { readonly page: number; readonly gpu: number; readonly task: number },
  limits: VitalLimits,
): string {
  if (gpu >= limits.notice) {
    return `The GPU has not answered for ${duration(gpu)} (given up after ${duration(limits.gpu)}).`;
  }
  if (page >= limits.notice) {
    return `${who} has not answered for ${duration(page)} (given up after ${duration(limits.page)}).`;
  }
  return `No progress for ${duration(task)}, while ${who.toLowerCase()} and the GPU answer: a long compilation or step (given up after ${duration(limits.task)}).`;
}

const ADVICE =
  'The command was ended. Try --adapter software, a smaller --batch-size, or another browser with --chrome PATH.';
