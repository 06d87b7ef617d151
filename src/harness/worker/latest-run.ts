import { OptionError } from '../../errors.ts';
import type { Snapshot } from '../../train/snapshot.ts';
import { type Weights, weightsOf } from './run-weights.ts';
import type { Run } from './subject.ts';

/** The run that is trained, or was trained last, and a copy of its weights, which outlives its device. */
export class LatestRun {
  readonly #leave: () => void;
  readonly #weightsOf: typeof weightsOf;
  #run: Run | undefined;
  #copy: Weights | undefined;

  /** @param leave called before its network goes */
  constructor(leave: () => void, weights = weightsOf) {
    this.#leave = leave;
    this.#weightsOf = weights;
  }

  get run(): Run | undefined {
    return this.#run;
  }

  /** The run as it is now: a new one, or the same one changed. */
  set run(run: Run) {
    this.#run = run;
  }

  /** Frees the run's network. */
  end(): void {
    this.#leave();
    this.#run?.trainer.destroy();
    this.#run = undefined;
  }

  /** Another run begins: the copy is not its own. */
  forget(): void {
    this.#copy = undefined;
  }

  /** Takes weights of a run that has no network on the GPU. */
  take(copy: Weights): void {
    this.#copy = copy;
  }

  /** Copies the weights to the CPU, where they survive a lost device, or uses `fit`'s own copy. */
  async keep(kept?: Snapshot): Promise<Weights | undefined> {
    if (this.#run) this.#copy = await this.#weightsOf(this.#run, kept);
    return this.#copy;
  }

  /**
   * The weights as safetensors, with PyTorch's names; the last copy if the device was lost.
   *
   * @throws OptionError if there is no network yet.
   */
  async weights(): Promise<Weights> {
    const weights = await this.keep().catch(() => this.#copy);
    if (!weights) throw new OptionError('there are no weights yet; start a run first');
    return weights;
  }
}
