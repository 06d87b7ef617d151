import type { Images } from '../../data/dataset.ts';
import { isColumnScale, type Normalization } from '../../data/standardise.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { ParameterStore } from '../../graph/store.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Predicts } from '../../infer/generate.ts';
import { Inference } from '../../infer/inference.ts';
import type { InferenceOptions } from '../../infer/inference-options.ts';
import type { Model } from '../../nn/model.ts';
import type { StateTensor } from '../../nn/state.ts';
import type { RunState } from '../../train/history.ts';
import { readModel } from '../../train/model-file/read.ts';
import type { Trainer } from '../../train/trainer.ts';
import { type Job, samplesOf } from '../tasks/job.ts';

/** A run's network on the GPU, with its data and settings. */
export interface Run {
  readonly engine: Engine;
  readonly trainer: Trainer;
  readonly job: Job;
  /** Its name; see `Training.train`. */
  readonly key?: string;
  /** The epoch whose weights it has, if it was the best one and others came after it. */
  readonly kept?: number | undefined;
}

/**
 * Epochs that a run's weights have been trained for: 2.5 in the middle of the third.
 *
 * @param state of a copy of them. Default that of the present ones
 */
export function epochsOf(
  { trainer, kept }: Run,
  state: Pick<RunState, 'origin' | 'step'> = trainer.state,
): number {
  const { origin, step } = state;
  return kept ?? origin.epoch + (step - origin.step) / trainer.stepsPerEpoch;
}

/** A network that is looked into: the one that is trained, or weights that were stored. */
export interface Subject {
  readonly engine: Engine;
  readonly job: Job;
  readonly model: Model;
  /** Of its inputs. */
  readonly normalize: Normalization | null;
  /** Its parameters on the GPU, always the present ones. */
  readonly store: ParameterStore;
  /** Epochs that it has been trained for: 2.5 in the middle of the third. */
  readonly epochs: number;
  readonly network: Predicts;
  /**
   * @param samples images, or rows of a table, one after the other
   * @returns [count, outputs] row by row
   */
  predict(samples: Images | Float32Array): Promise<Float32Array>;
  /** Another model with the same parameters, as of `layerOutputs`, that computes with the present ones. */
  inference(batch: number, model: Model): Promise<Inference>;
  parameters(): Promise<ReadonlyMap<string, StateTensor>>;
}

/** The network that a run trains. */
export function subjectOf(run: Run): Subject {
  const { engine, trainer, job } = run;
  return {
    ...{ engine, job, network: trainer },
    model: trainer.options.model,
    normalize: scaleOf(trainer.options.normalize, trainer.options.model),
    get store() {
      return trainer.store;
    },
    get epochs() {
      return epochsOf(run);
    },
    predict: (samples) => trainer.predict(samples),
    inference: (batch, model) => trainer.inference({ batch, model }),
    parameters: () => trainer.parameters(),
  };
}

/** A network that was stored, with memory of its own. */
export interface StoredSubject extends Subject {
  destroy(): void;
}

/** Samples that a stored network computes at once. */
const BATCH = 100;

/**
 * A network of stored weights. No run is touched by it.
 *
 * @param job whose data it is shown on
 * @param bytes as of `Training.weights`
 * @param step after which they were stored
 * @throws DataError if the file is not one of `saveModel`
 */
export async function storedSubject(
  engine: Engine,
  job: Job,
  bytes: Uint8Array,
  step: number,
): Promise<StoredSubject> {
  const { model, parameters, normalize: scale } = readModel(bytes);
  const { loss, batchSize } = job.settings;
  // The rows of a job are standardised already.
  const normalize = job.data === 'table' ? null : scaleOf(scale, model);
  const own = { engine, job, model, normalize };
  const inference = await make(own, { model, batch: BATCH, weights: parameters, loss });
  return {
    ...{ ...own, network: inference },
    store: inference.store,
    epochs: step / Math.ceil(samplesOf(job) / batchSize),
    predict: (samples) => inference.predict(samples),
    inference: (batch, part) =>
      make(own, { model: part, batch, weights: partOf(parameters, part) }),
    parameters: async () => parameters,
    destroy: () => inference.destroy(),
  };
}

/** A part of a network with a copy of its parameters, so that a run may go on meanwhile. */
export const copyOf = (
  subject: Subject,
  batch: number,
  model: Model,
  parameters: ReadonlyMap<string, StateTensor>,
): Promise<Inference> => make(subject, { model, batch, weights: partOf(parameters, model) });

function make(
  { engine, job, normalize }: Pick<Subject, 'engine' | 'job' | 'normalize'>,
  options: Pick<InferenceOptions, 'model' | 'batch' | 'weights' | 'loss'>,
): Promise<Inference> {
  const { family } = job.settings;
  return Inference.create(engine, { ...options, normalize, ...(family ? { family } : {}) });
}

/** As a trainer's: a model may see channels as columns. */
function scaleOf(scale: Normalization | undefined | null, model: Model): Normalization | null {
  if (!scale || !isColumnScale(scale)) return scale ?? null;
  const columns = sizeOf(model.inputShape);
  const each = (list: readonly number[]): number[] =>
    Array.from({ length: columns }, (_, column) => list[column % list.length]);
  return { mean: each(scale.mean), deviation: each(scale.deviation) };
}

/** The parameters that a part of the model has. */
function partOf<T>(parameters: ReadonlyMap<string, T>, part: Model): Map<string, T> {
  const names = new Set(part.parameters.map(({ name }) => name));
  return new Map([...parameters].filter(([name]) => names.has(name)));
}

/** Whether a device is not lost. */
export function isAlive(engine: Engine): boolean {
  try {
    engine.assertAlive();
    return true;
  } catch {
    return false;
  }
}
