import type { OptimizerRule } from '../ops/update.ts';

/** Which weights are read: those after the last step, or the moving averages that `averaged()` keeps of them. */
export type WeightsChoice = 'last' | 'average';

/** Whether an optimizer keeps averages. */
export const keepsAverage = (optimizer: OptimizerRule): boolean => 'averageDecay' in optimizer;
