import { checkChoice } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { OptimizerRule } from '../ops/update.ts';
import { keepsAverage } from './averages.ts';

/** @throws OptionError unless an optimizer has these weights */
export function checkWeights(weights: unknown, optimizer: OptimizerRule): void {
  checkChoice('weights', weights, ['last', 'average']);
  if (weights === 'average') needAverage("weights: 'average' was given", optimizer);
}

/** @throws OptionError unless an optimizer keeps averages */
export function needAverage(what: string, optimizer: OptimizerRule): void {
  if (keepsAverage(optimizer)) return;
  throw new OptionError(
    `${what}; ${optimizer.kind} keeps no average. Use averaged(${optimizer.kind}(…), decay)`,
  );
}
