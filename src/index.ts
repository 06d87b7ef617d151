/**
 * The engine: devices, models, training, inference.
 *
 * @module gradweave
 */

export type { ArrayDataset, ArraySplit, RowSource } from './data/arrays.ts';
export type {
  AnySplit,
  ByteSplit,
  ImageDataset,
  ImageSource,
  ImageSplit,
  Images,
  LabelledImages,
} from './data/dataset.ts';
export type { GivenTensor, TensorDataset, TensorSplit } from './data/given.ts';
export { LiveSet, type LiveSetOptions, liveSet } from './data/live.ts';
export type { Numbers, Rows } from './data/numbers.ts';
export {
  type BitmapLike,
  type CanvasLike,
  type ImagesFromOptions,
  imagesFrom,
  type Picture,
  type PictureBytes,
  type PixelData,
} from './data/pictures.ts';
export type { DataPlace } from './data/place.ts';
export type { ColumnScale, Normalization, PixelScale } from './data/standardise.ts';
export { type TextDataset, type TextOptions, textDataset } from './data/text.ts';
export type { TokenDataset, TokenSplit, Tokens } from './data/token-split.ts';
export type { Validation } from './data/validation.ts';
export * from './errors.ts';
export type { PlanKind } from './fusion/index.ts';
export type { AdapterInfo } from './gpu/adapter-info.ts';
export type { EngineMemory, MemoryUse, OwnerUse } from './gpu/buffers.ts';
export { Engine, type EngineOptions } from './gpu/engine.ts';
export type { KernelFamily, OldKernelFamily } from './gpu/family.ts';
export type { GivenBuffer, GivenFunction } from './gpu/given.ts';
export type { TuningStorage, Tunings } from './gpu/tunings.ts';
export type { ExplainOptions } from './graph/explain.ts';
export type { ParameterBuffer } from './graph/parameter-buffer.ts';
export type { Answer, AnswerForm, PredictOptions } from './infer/answers.ts';
export { type GenerateOptions, generate, type Predicts } from './infer/generate.ts';
export { type EncodeOptions, Inference, type InferenceOptions } from './infer/inference.ts';
export * from './nn/index.ts';
export type { State, StateTensor } from './nn/state.ts';
export type { Augmentation } from './ops/augment.ts';
export type { CopyOptions, ParameterHolder } from './ops/blend.ts';
export type { Loss } from './ops/loss.ts';
export type { OptimizerRule } from './ops/update.ts';
export type { AugmentOptions } from './train/augment.ts';
export type { Evaluation } from './train/evaluator.ts';
export type { Budget } from './train/frames.ts';
export type { Frozen } from './train/frozen.ts';
export type {
  Ended,
  EpochRecord,
  EpochRecordOf,
  Metrics,
  RunState,
  TestedEpochRecord,
} from './train/history.ts';
export type { ChunkSize } from './train/loop.ts';
export type { Measured, Metric, MetricName, OwnMetric } from './train/metrics.ts';
export type { Complete, ResolvedOptions, TrainingData } from './train/options.ts';
export type { Order } from './train/order.ts';
export type { Samples } from './train/predict-samples.ts';
export type { DispatchTime } from './train/profile.ts';
export type { Precision, WarmStart } from './train/session-options.ts';
export type { Share, Sharer } from './train/share.ts';
export type { Snapshot } from './train/snapshot.ts';
export type { StopOptions, Watched } from './train/stop.ts';
export { type FitOptions, type Progress, Trainer, type TrainerOptions } from './train/trainer.ts';

// Behind all others: before them, bundlers divide an app without it into more files.

export {
  Ensemble,
  type EnsembleEpoch,
  type EnsembleFitOptions,
  type EnsembleMember,
  type EnsembleOptions,
  type EnsemblePredictOptions,
  type EnsembleRun,
  type MemberState,
  type Spread,
  spreadOf,
} from './ensemble/ensemble.ts';
