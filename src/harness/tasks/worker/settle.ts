import {
  DataError,
  GradweaveError,
  MemoryError,
  NonFiniteError,
  OptionError,
  ShaderError,
  ShapeError,
} from '../../../errors.ts';
import { type Attempt, STOPPED } from '../../../trial/client/attempt.ts';
import { LeaseError, ServerError } from '../../../trial/client/errors.ts';
import type { TrialResult } from '../../../trial/result.ts';
import type { TrialEnd, WorkerNews } from './news.ts';

/** A trial that was trained: all epochs, or those until it was pruned. */
export interface Trained {
  readonly result: TrialResult;
  readonly ended: 'done' | 'pruned';
}

/** What became of a trial. */
export type Settled = Omit<Extract<WorkerNews, { kind: 'ended' }>, 'kind' | 'counts'>;

/** These are about the trial, or a message about it: the next one may do. Others are about the machine, and end the worker. */
const OF_TRIAL = [
  OptionError,
  ShapeError,
  DataError,
  MemoryError,
  NonFiniteError,
  ShaderError,
  ServerError,
];

const isOfTrial = (error: unknown): boolean => OF_TRIAL.some((Class) => error instanceof Class);

/** An error that nobody expected; its trial is given up, but if the next ones end so too, the worker ends. */
export const isUnexpected = (error: unknown): boolean => !(error instanceof GradweaveError);

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/**
 * Trains a trial and tells the server what became of it.
 *
 * @param failed called with the error of a trial that failed
 * @throws what ends the worker
 */
export async function settle(
  attempt: Attempt,
  train: () => Promise<Trained>,
  failed: (error: unknown) => void = () => {},
): Promise<Settled> {
  const { id } = attempt.trial;
  const ended = (how: TrialEnd, more: Partial<Settled> = {}): Settled => ({ id, how, ...more });
  try {
    const { result, ended: how } = await train();
    const { agrees } = await attempt.complete(result, how);
    const { test, seconds, digest } = result;
    return ended(how, { test, seconds, digest, agrees });
  } catch (error) {
    const reason = attempt.signal.aborted ? attempt.signal.reason : error;
    if (reason === STOPPED) {
      await attempt.release('stopped');
      return ended('stopped');
    }
    if (reason instanceof LeaseError) return ended('lost', { why: reason.message });
    if (isOfTrial(reason) || isUnexpected(reason)) {
      const why = messageOf(reason);
      await attempt.release('failed', why);
      failed(reason);
      return ended('failed', { why });
    }
    await attempt.release('stopped');
    throw reason;
  } finally {
    attempt.close();
  }
}
