import { DataError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { TrainOutcome } from '../tasks/run-trainer.ts';
import type { LabEvent } from './lab-event.ts';
import {
  longerMany,
  type ManyState,
  type ManyWish,
  type NetworkEnds,
  studyMany,
} from './many-study.ts';
import type { MoreWish } from './more-epochs.ts';
import type { Run } from './subject.ts';

/** What networks that are trained at once ask of the training. */
type ManyHost = Pick<ManyWish, 'renew' | 'onReady' | 'onPause'> & {
  readonly emit: (event: LabEvent) => void;
};

/** The outcome of their means, the run of the best one, and how each has ended. */
type ManyOutcome = TrainOutcome & { readonly best: number; readonly ends: NetworkEnds };

/** Trains several networks at once, and keeps what those that were trained last go on from. */
export class ManyTraining {
  readonly #host: ManyHost;
  #state: (ManyState & { readonly key: string }) | undefined;

  constructor(host: ManyHost) {
    this.#host = host;
  }

  /** Others are trained: these do not go on. */
  forget(): void {
    this.#state = undefined;
  }

  /**
   * What networks go on with for more epochs, which takes their state away: if they end by an error, epochs of them are known
   * that it does not have.
   *
   * @throws DataError if their state is not here
   */
  take({
    key,
    epochs,
  }: Pick<MoreWish, 'key' | 'epochs'>): Pick<ManyWish, 'job' | 'settings' | 'before'> {
    const before = this.#state;
    if (before?.key !== key) {
      throw new DataError(
        'the page has the state of these networks no more; start them again with more epochs',
      );
    }
    this.#state = undefined;
    return longerMany(before, epochs);
  }

  /** Trains networks to their last epoch. @returns the outcome of their means, and the best one as a run */
  async train(
    engine: Engine,
    wish: Omit<ManyWish, 'renew' | 'onReady' | 'onPause'>,
    key: string,
  ): Promise<{ readonly outcome: ManyOutcome; readonly run: Run }> {
    const { emit, ...host } = this.#host;
    const { outcome, best, ends, state } = await studyMany(engine, { ...wish, ...host }, emit);
    this.#state = state && { ...state, key };
    const { run, trainer, job, kept } = best;
    return {
      outcome: { ...outcome, best: run, ends },
      run: { engine: trainer.engine, trainer, job, key, kept },
    };
  }
}
