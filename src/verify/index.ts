/**
 * Checks ops of your own on the GPU against a float64 reference or differences.
 *
 * @module verify
 */
export type { TrialReport, TrialRow } from './own/report.ts';
export {
  type AnyTrial,
  each,
  type LayerTrial,
  type LossTrial,
  type OpTrial,
  type OptimizerTrial,
  type Shapes,
  type Tensors,
} from './own/trial.ts';
export { type VerifyOpsOptions, verifyOps } from './own/verify.ts';
