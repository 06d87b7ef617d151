import type { OptimizerRule } from '../ops/update.ts';

/** Which weights are read: those after the last step, or the moving averages that `averaged()` keeps of them. */
export type WeightsChoice = 'last' | 'average';

/** The optimizer's state of the averages; see nn/optimizers/average.ts. */
export const AVERAGE = 'average';

/** Whether an optimizer keeps averages. */
export const keepsAverage = (optimizer: OptimizerRule): boolean => 'averageDecay' in optimizer;
