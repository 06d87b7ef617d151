export type { AnySplit, ImageDataset, ImageSource, ImageSplit, Images } from './data/dataset.ts';
export type { DataPlace } from './data/place.ts';
export * from './errors.ts';
export { type AdapterInfo, Engine, type EngineOptions } from './gpu/engine.ts';
export * from './nn/index.ts';
export type { Evaluation } from './train/evaluator.ts';
export type { EpochRecord, Metrics } from './train/history.ts';
export { type FitOptions, type Progress, Trainer, type TrainerOptions } from './train/trainer.ts';
