import { Attempt } from '../../../trial/client/attempt.ts';
import type { SweepClient } from '../../../trial/client/client.ts';
import { AwayError } from '../../../trial/client/errors.ts';
import { pause } from '../../../trial/client/pause.ts';
import type { ClaimAnswer, WorkerInfo } from '../../../trial/protocol.ts';
import type { TrialEnd, WorkerNews, WorkerOutcome } from './news.ts';
import { isUnexpected, type Settled } from './settle.ts';

/** What a worker does and how long. */
export interface Working {
  readonly client: SweepClient;
  readonly worker: WorkerInfo;
  /**
   * Trains trials that were claimed together, one after the other or at once, and tells the server. It calls `ended` for each, once.
   *
   * @throws what ends the worker
   */
  readonly train: (
    attempts: readonly Attempt[],
    answer: ClaimAnswer,
    ended: (settled: Settled, error?: unknown) => void,
  ) => Promise<void>;
  /** Most trials that are claimed at once. Default 1. */
  readonly pack?: number;
  /** Ends after so many trials. Default: never. */
  readonly trials?: number;
  /** Ends after so many seconds without a trial. Default: when the sweep is over. */
  readonly idle?: number;
  /** Aborted if the worker is asked to stop. */
  readonly stop: AbortSignal;
  readonly say: (news: WorkerNews) => void;
}

/** Most seconds that a claim waits at the server. */
const MOST_WAIT = 20;
/** Least milliseconds from a claim that found nothing to the next. */
const LEAST_MS = 1000;
/** Unexpected errors in a row that end the worker: it would use up the attempts of all trials. */
const MOST_UNEXPECTED = 3;

/** Claims trials and trains them, until there are no more or it is asked to stop. */
export async function work(given: Working): Promise<WorkerOutcome> {
  const { client, worker, train, pack = 1, trials = Infinity, idle = Infinity, stop, say } = given;
  const began = performance.now();
  const counts: Record<TrialEnd, number> = { done: 0, pruned: 0, failed: 0, lost: 0, stopped: 0 };
  const outcome = (why: WorkerOutcome['why']): WorkerOutcome => ({
    counts: { ...counts },
    why,
    seconds: (performance.now() - began) / 1000,
  });
  let unexpected = 0;
  const ended = (settled: Settled, error?: unknown): void => {
    counts[settled.how]++;
    say({ kind: 'ended', ...settled, counts: { ...counts } });
    if (settled.how !== 'failed') unexpected = 0;
    else if (isUnexpected(error) && ++unexpected >= MOST_UNEXPECTED) throw error;
  };
  const claim = (left: number): Promise<ClaimAnswer> =>
    client.claim(
      {
        worker,
        ...(pack > 1 ? { most: Math.min(pack, trials - taken) } : {}),
        waitSeconds: Math.floor(Math.min(MOST_WAIT, left)),
      },
      { signal: stop, ...(idle < Infinity ? { patience: left } : {}) },
    );
  let since = performance.now();
  let wasThere = false;
  let isWaiting = false;
  let taken = 0;
  while (!stop.aborted) {
    if (taken >= trials) return outcome('trials');
    const asked = performance.now();
    const left = Math.max(0, idle - (asked - since) / 1000);
    const answer = await claim(left).catch((error: unknown) => {
      if (stop.aborted) return undefined;
      // The server of a sweep that is over goes away.
      if (error instanceof AwayError && wasThere) return 'idle';
      throw error;
    });
    if (answer === undefined) break;
    if (answer === 'idle') return outcome('idle');
    wasThere = true;
    if (answer.trials.length === 0) {
      if (answer.over) return outcome('over');
      const now = performance.now();
      if ((now - since) / 1000 >= idle) return outcome('idle');
      if (!isWaiting) say({ kind: 'waiting' });
      isWaiting = true;
      await pause(Math.max(0, LEAST_MS - (now - asked)), stop).catch(() => {});
      continue;
    }
    isWaiting = false;
    taken += answer.trials.length;
    const attempts = answer.trials.map((trial) => new Attempt(client, trial, answer, stop));
    try {
      await train(attempts, answer, ended);
    } finally {
      for (const attempt of attempts) attempt.close();
    }
    since = performance.now();
  }
  return outcome('stopped');
}
