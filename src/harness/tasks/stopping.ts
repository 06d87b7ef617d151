import type { EpochRecord } from '../../train/history.ts';
import type { Snapshot } from '../../train/snapshot.ts';
import { Stopper } from '../../train/stop.ts';
import type { Trainer } from '../../train/trainer.ts';
import type { Settings } from './settings.ts';

/** What a run knows of its epochs before it goes on. */
export interface Before {
  /** Epochs that count: for the patience, and as the best so far. Default all of the trainer's history. */
  readonly history?: readonly EpochRecord[];
  /** The epoch whose weights the trainer has, if they are not those of its last one. */
  readonly kept?: number | undefined;
}

/** Ends a run whose test loss has stopped falling, and keeps its best epoch. It outlives pauses, which `fit` does not. */
export class Stopping {
  readonly #trainer: Trainer;
  readonly #keeps: boolean;
  readonly #stopper: Stopper;
  #best: { readonly epoch: number; readonly snapshot: Snapshot } | undefined;
  #isOver = false;

  private constructor(trainer: Trainer, { patience = Infinity, keepsBest }: Settings) {
    this.#trainer = trainer;
    this.#keeps = keepsBest === true;
    this.#stopper = new Stopper({ on: 'test.loss', patience });
  }

  static async open(trainer: Trainer, settings: Settings, before: Before = {}): Promise<Stopping> {
    const stopping = new Stopping(trainer, settings);
    const { history = trainer.history, kept } = before;
    for (const record of history) stopping.#stopper.take(record);
    if (stopping.#keeps && kept !== undefined) {
      stopping.#best = { epoch: kept, snapshot: await trainer.snapshot() };
    }
    return stopping;
  }

  /** Whether the run has had its patience. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The epoch with the lowest test loss; 0 if none was tested. */
  get best(): number {
    return this.#stopper.best.epoch;
  }

  /** Takes the record of an epoch that has just ended. */
  async take(record: EpochRecord): Promise<void> {
    const { better, ended } = this.#stopper.take(record);
    this.#isOver = ended !== undefined;
    if (better && this.#keeps) {
      this.#best = { epoch: record.epoch, snapshot: await this.#trainer.snapshot() };
    }
  }

  /**
   * Puts the best epoch's weights and optimizer state back, bit by bit. Steps and history stay.
   *
   * @returns the epoch; undefined if the best one is not to be kept, or was before the checkpoint that the run resumed from
   */
  async restore(): Promise<number | undefined> {
    const best = this.#best;
    if (!best || best.epoch !== this.best) return undefined;
    const trainer = this.#trainer;
    const { tensors } = best.snapshot;
    const now = await trainer.snapshot();
    // Else the weights are there already.
    if (now.open || now.history.length !== best.epoch) {
      // Whoever reads the weights meanwhile has them all of one epoch.
      await trainer.activity.quiet();
      trainer.resume({ ...now, tensors });
    }
    return best.epoch;
  }
}
