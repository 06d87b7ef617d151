import type { TaskEvent } from '../harness/protocol.ts';
import { duration } from '../node/within.ts';
import { PageError } from './errors.ts';

/** For how long a task may be silent, in milliseconds. */
export interface VitalLimits {
  /** Until the first sign of life, from when the page is opened. */
  readonly start: number;
  /** Between two signs of life of the page: it computes on its own thread, too. */
  readonly page: number;
  /** That the GPU owes an answer. */
  readonly gpu: number;
  /** Between two events of the task while page and GPU answer: compiling, and steps of large models. */
  readonly task: number;
  /** How often a silence is told. */
  readonly notice: number;
}

/** Minutes, because a software adapter may take them; each minute of silence is told. */
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
  /** Rejects with a {@link PageError} when a limit has passed; never resolves. */
  readonly promise: Promise<never>;
  event(event: TaskEvent): void;
  /** Something outside of the task is worked on for it, which has limits of its own. */
  host<T>(work: Promise<T>): Promise<T>;
  dispose(): void;
}

/**
 * Begins to watch.
 *
 * @param who as the beginning of a sentence: `The page`
 * @param say told each minute of silence, and what it waits for
 */
export function watchVitals(
  who: string,
  say: (text: string) => void,
  limits: VitalLimits = VITAL_LIMITS,
): Vitals {
  // Counted in ticks, so that a computer that slept, or a command that was stopped, is no silence.
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
      fail(`${who} did not begin within ${duration(limits.start)}.`);
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
  'It was ended. Try --adapter software, a smaller --batch-size, or another browser with --chrome PATH.';
