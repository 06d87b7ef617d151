import type { Histogram } from '../../log/histogram.ts';

/** What is seen of a layer with weights. */
export interface LayerPulse {
  /** As in its parameters' names: `1`. */
  readonly name: string;
  /** As `linear 784→128`. */
  readonly kind: string;
  /** Of its outputs, after the activation if one follows. */
  readonly activations: Histogram | undefined;
  /** Of the gradients of its weights: of the mean loss of the probe batch. */
  readonly gradients: Histogram | undefined;
  /** Units whose outputs are 0 for the whole probe batch, and how many there are; of layers with a ReLU. */
  readonly dead?: { readonly count: number; readonly of: number };
  /** ‖w‖ = √Σ w², of its weights without biases. */
  readonly norm: number;
  /**
   * ‖wₜ − wₛ‖ / ((t − s) · ‖wₜ‖): the movement a step since the look before, at step s, relative to the weights' norm; the ratio
   * of update to weight that Goodfellow et al. name (Deep Learning, section 8.2), taken over t − s steps. By the triangle inequality
   * it is at most the mean ratio of these steps. Undefined at the first look, and if there was no step since.
   */
  readonly movement?: number;
}

/** A look into a network while it trains. */
export interface PulseReading {
  /** Steps that were submitted before the look. */
  readonly step: number;
  readonly epochs: number;
  /** Samples of the probe batch: the first ones of the training split, always the same, without dropout and augmentation. */
  readonly samples: number;
  /** Steps since the look before; 0 at the first. */
  readonly since: number;
  /** The learning rate of the next step: the optimizer's, times the schedule's factor. */
  readonly rate: number;
  /** Milliseconds that the look took from the run: of the GPU, and of the thread that also submits the steps. */
  readonly cost: number;
  readonly layers: readonly LayerPulse[];
}

/** Why there is no look now: what it costs would be more than its share of the run's time. */
export interface PulseWait {
  /** Milliseconds until it may be done, by what its parts took so far. */
  readonly wait: number;
  /** Milliseconds until it is worth asking again. */
  readonly ask: number;
  /** What looks need: kernels that are compiled, and all. 0 before they are known. */
  readonly kernels: { readonly done: number; readonly all: number };
}

/** What is seen of the present network; undefined if there is none, or if its layers are not known. */
export type PulseAnswer = PulseReading | PulseWait | undefined;
