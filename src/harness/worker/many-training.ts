import { DataError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { TrainOutcome } from '../tasks/run-trainer.ts';
import type { LabEvent } from './lab-event.ts';
import { weightsLeft } from './many-left.ts';
import type { ManyState, NetworkEnds } from './many-state.ts';
import { longerMany, type ManyWish, studyMany } from './many-study.ts';
import type { MoreWish } from './more-epochs.ts';
import type { Weights } from './run-weights.ts';
import type { Run } from './subject.ts';

/** What networks that are trained at once ask of the training. */
type ManyHost = Pick<ManyWish, 'renew' | 'onReady' | 'onPause'> & {
  readonly emit: (event: LabEvent) => void;
  /** Weights that are left of networks whose training has failed. */
  readonly onWeights: (weights: Weights) => void;
};

/** The outcome of their means, the run of the best one, and how each has ended. */
type ManyOutcome = TrainOutcome & { readonly best: number; readonly ends: NetworkEnds };

/** Trains several networks at once, and keeps what those that were trained last go on from. */
export class ManyTraining {
  readonly #host: ManyHost;
  readonly #study: typeof studyMany;
  #state: (ManyState & { readonly key: string }) | undefined;

  constructor(host: ManyHost, study: typeof studyMany = studyMany) {
    this.#host = host;
    this.#study = study;
  }

  /** Others are trained: these do not go on. */
  forget(): void {
    this.#state = undefined;
  }

  /**
   * What networks go on with for more epochs. If these are fewer than are known of them, since their device was lost, says so.
   *
   * @throws DataError if their state is not here
   */
  take({
    key,
    epochs,
    history,
  }: Pick<MoreWish, 'key' | 'epochs' | 'history'>): Pick<ManyWish, 'job' | 'settings' | 'before'> {
    const before = this.#state;
    if (before?.key !== key) {
      throw new DataError(
        'the page has the state of these networks no more; start them again with more epochs',
      );
    }
    const { length: done } = before.history;
    if (done < history.length) this.#host.emit({ type: 'cut', epochs: done });
    return longerMany(before, epochs);
  }

  /**
   * Trains networks to their last epoch. If that fails, what is left of them can go on, and the page is told of it.
   *
   * @param open has the device that they begin on
   * @returns the outcome of their means, and the best one as a run
   */
  async train(
    open: () => Promise<Engine>,
    wish: Omit<ManyWish, 'renew' | 'onReady' | 'onPause' | 'onLeft'>,
    key: string,
  ): Promise<{ readonly outcome: ManyOutcome; readonly run: Run }> {
    const { emit, onWeights, ...host } = this.#host;
    this.#state = undefined;
    const onLeft: ManyWish['onLeft'] = async (left) => {
      const { state, best } = left;
      this.#state = { ...state, key };
      const weights = await weightsLeft(left, key);
      if (weights) onWeights(weights);
      emit({ type: 'left', best, ends: state.ends });
    };
    const study = await this.#study(open, { ...wish, ...host, onLeft }, emit);
    const { outcome, best, ends, state } = study;
    this.#state = state && { ...state, key };
    const { run, trainer, job, kept } = best;
    return {
      outcome: { ...outcome, best: run, ends },
      run: { engine: trainer.engine, trainer, job, key, kept },
    };
  }
}
