import type { Backoff } from './backoff.ts';
import type { Memory } from './memory.ts';
import type { Queue } from './queue.ts';

/** What the parts of the store share. */
export interface Context {
  readonly schema: string;
  readonly queue: Queue;
  readonly memory: Memory;
  readonly backoff: Backoff;
  readonly rules: Rules;
  /** Tells people what they should know. */
  readonly log: (message: string) => void;
}

/** When a trial is given up. */
export interface Rules {
  /** A worker that says nothing for so long loses its trials. */
  readonly heartbeatSeconds: number;
  /** A trial fails if so many different workers have said that it failed, or workers at all twice as often. */
  readonly mostFailures: number;
  /** A trial fails after so many losses in a row without a new epoch between: it may be what ends its workers. */
  readonly mostBarrenLosses: number;
}

/** Seconds since 1970. */
export const now = (): number => Date.now() / 1000;
