import type { Gpu } from '../gpu/gpu.ts';
import { Evaluator } from './evaluator.ts';
import type { ForwardOptions } from './forward.ts';
import type { Predictor } from './predictor.ts';

/** Evaluates and predicts with some weights. */
export class Reader {
  readonly evaluator: Evaluator;
  readonly #gpu: Gpu;
  readonly #options: ForwardOptions;
  #predictor: Predictor | undefined;

  constructor(gpu: Gpu, options: ForwardOptions) {
    this.evaluator = new Evaluator(gpu, options);
    this.#gpu = gpu;
    this.#options = options;
  }

  /** Predicts any samples. */
  async predictor(): Promise<Predictor> {
    const { Predictor } = await import('./later.ts');
    this.#predictor ??= new Predictor(this.#gpu, this.#options);
    return this.#predictor;
  }

  destroy(): void {
    this.evaluator.destroy();
    this.#predictor?.destroy();
  }
}
