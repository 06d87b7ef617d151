import { DeviceLostError } from '../../errors.ts';
import type { Trainer } from '../../train/trainer.ts';
import { type TrialMark, trialCheckpoint } from './trial-checkpoint.ts';
import type { TrialKeeper } from './trial-keeper.ts';

/** What a trial's checkpoints are made of. */
interface SavingHost {
  readonly trainer: Trainer;
  readonly keeper: Pick<TrialKeeper, 'save' | 'everySeconds' | 'onCheckpoint'>;
  /** What a checkpoint says of its run. */
  readonly mark: () => TrialMark;
  /** A checkpoint could not be stored: see {@link TrialSaving.needStored}. */
  readonly onFailure: () => void;
}

const EVERY_SECONDS = 60;

/** Stores a trial's checkpoints, beside its training and at its end. */
export class TrialSaving {
  readonly #host: SavingHost;
  /** The step of the last checkpoint, and when it was there. */
  #saved = { step: -1, at: performance.now() };
  #saving: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(host: SavingHost) {
    this.#host = host;
  }

  /** The trainer is as its checkpoint says. */
  resumed(): void {
    this.#saved = { step: this.#host.trainer.step, at: performance.now() };
  }

  /** Stores a checkpoint beside the training, if it is time. */
  offer(): void {
    const { everySeconds = EVERY_SECONDS } = this.#host.keeper;
    if (this.#saving) return;
    if (performance.now() - this.#saved.at < 1000 * everySeconds) return;
    this.#saving = this.save()
      .catch((error: unknown) => {
        // The run resumes by itself on another device.
        if (error instanceof DeviceLostError) return;
        this.#failure = { error };
        this.#host.onFailure();
      })
      .finally(() => {
        this.#saving = undefined;
      });
  }

  /** Waits for a checkpoint that is being stored. */
  async settle(): Promise<void> {
    await this.#saving;
  }

  /** @throws what storing a checkpoint beside the training has failed with */
  needStored(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Stores a checkpoint, if a step was done since the last one. */
  async save(): Promise<void> {
    const { trainer, keeper, mark } = this.#host;
    if (trainer.step === this.#saved.step) return;
    const checkpoint = await trialCheckpoint(trainer, mark());
    if (checkpoint) {
      await keeper.save(checkpoint.bytes);
      keeper.onCheckpoint?.({ epoch: checkpoint.epoch, step: checkpoint.step });
      this.#saved = { step: checkpoint.step, at: performance.now() };
    } else this.#saved = { ...this.#saved, at: performance.now() };
  }
}
