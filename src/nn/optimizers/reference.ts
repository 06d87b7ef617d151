import type { Value } from '../../graph/value.ts';
import type { OptimizerRule } from '../../ops/update.ts';

/**
 * An optimizer's step in float64, with bounds on the error of the GPU. Returns the parameter after the step, and changes
 * its states in place.
 *
 * @param step steps done before this one
 */
export type OptimizerReference<R extends OptimizerRule> = (
  rule: R,
  parameter: Value,
  gradient: Value,
  states: Readonly<Record<string, Value>>,
  step: number,
) => Value;
