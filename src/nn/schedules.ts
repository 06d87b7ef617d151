export {
  type ChainedRate,
  chainedRate,
  type SequentialRate,
  sequentialRate,
} from './schedules/compose.ts';
export {
  type CosineRateOptions,
  type CosineRestartsRateOptions,
  cosineRate,
  cosineRestartsRate,
} from './schedules/cosine.ts';
export {
  type ExponentialRateOptions,
  exponentialRate,
  type MultiStepRateOptions,
  multiStepRate,
  type StepRateOptions,
  stepRate,
} from './schedules/decay.ts';
export { type OneCycleRateOptions, oneCycleRate } from './schedules/one-cycle.ts';
export {
  type TableRateOptions,
  tableRate,
  type WgslRateOptions,
  wgslRate,
} from './schedules/own.ts';
export {
  type ConstantRateOptions,
  constantRate,
  type LinearRateOptions,
  linearRate,
  type PolynomialRateOptions,
  polynomialRate,
  warmup,
} from './schedules/ramp.ts';
export type { Schedule } from './schedules/rule.ts';
