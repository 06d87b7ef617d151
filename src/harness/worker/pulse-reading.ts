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
  /** Whether the adapter computes on the CPU: looks cost more there. */
  readonly software: boolean;
  readonly layers: readonly LayerPulse[];
}
