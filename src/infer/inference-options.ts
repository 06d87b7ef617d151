import { checkInteger, checkKeys, isObject } from '../check.ts';
import type { GivenTensor } from '../data/given.ts';
import { checkColumnScale, checkPixelScale, type Normalization } from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import type { Activity } from '../gpu/activity.ts';
import { checkFamily, type KernelFamily, type OldKernelFamily } from '../gpu/family.ts';
import type { Lifetime } from '../gpu/lifetime.ts';
import type { ParameterStore } from '../graph/store.ts';
import { checkLoss, type LossKind, type TargetKind } from '../nn/losses.ts';
import { checkModel, type Model } from '../nn/model.ts';
import { checkState, fits, type State } from '../nn/state.ts';
import type { Loss } from '../ops/loss.ts';

/** The model of an inference, and how it computes. */
export interface InferenceOptions {
  readonly model: Model;
  /** Samples per call of `encode`. */
  readonly batch: number;
  /** Inputs that are the same buffer or function for each call. Default: a buffer with each call. */
  readonly input?: GivenTensor;
  /** All parameters of the model, by PyTorch's names. `Inference.load` sets them later. */
  readonly weights?: State;
  /**
   * How to standardise the inputs, as the trainer's option: `[mean, deviation]` of all numbers, or a mean and a
   * deviation of each column, or channel. Default null: they stay as they are. A trainer's inference uses the trainer's;
   * pixels are numbers from 0 to 1 here, byte / 255. `predict` standardises numbers in float64, before they are
   * rounded; `encode` in float32, when they are loaded.
   */
  readonly normalize?: Normalization | null;
  /** The loss that the weights were trained with; probabilities need a loss of logits. Default unknown. */
  readonly loss?: Loss | LossKind;
  /** The family of kernels. Default: the one that suits the adapter. */
  readonly family?: KernelFamily | OldKernelFamily;
  /** Ends the creation: it rejects with the signal's reason, and what was made is destroyed. Default none. */
  readonly signal?: AbortSignal;
}

const KEYS: Readonly<Record<keyof InferenceOptions, true>> = {
  model: true,
  batch: true,
  input: true,
  weights: true,
  normalize: true,
  loss: true,
  family: true,
  signal: true,
};

/** Parameters of a trainer. */
export interface Shared {
  readonly store: ParameterStore;
  /** What the outputs learn. */
  readonly target: TargetKind;
  /** The inference ends with it. */
  readonly owner: Lifetime;
  /** The trainer's activity, which may exclude a change of its parameters. */
  readonly activity: Activity;
  /** Called before its parameters change. */
  readonly changes: () => void;
  /** Called after they were changed. */
  readonly changed: () => void;
}

/** How `Inference.encode` takes the inputs. */
export interface EncodeOptions {
  /** `false`: do not standardise the inputs. Default as in {@link InferenceOptions}. */
  readonly normalize?: boolean;
}

/** @throws OptionError if an option is invalid; ShapeError, DataError for weights that are not numbers. */
export function checkInference(options: InferenceOptions): void {
  checkKeys('Inference.create()', options, Object.keys(KEYS));
  const { batch, weights, model, family, loss, normalize } = options;
  checkModel('model', model);
  checkInteger('batch', batch, 1);
  if (loss !== undefined) checkLoss(loss);
  if (normalize !== undefined && normalize !== null) {
    if (isObject(normalize)) checkColumnScale(normalize, model.inputShape);
    else checkPixelScale(normalize);
  }
  if (family !== undefined) checkFamily('family', family);
  if (weights !== undefined) checkState(weights);
  const missing = weights && model.parameters.find(({ name }) => !weights.has(name));
  if (missing) {
    throw new OptionError(
      `the weights lack ${missing.name}; the model has ${model.parameters.map(({ name }) => name).join(', ')}${fits(model, weights)}`,
    );
  }
}
