import { OptionError } from '../errors.ts';
import { checkMetrics } from './check-metrics.ts';
import { checkWeights } from './check-weights.ts';
import type { FitOptions } from './fit-options.ts';
import { isTested, type ResolvedOptions } from './options.ts';
import { checkStop, Stopper } from './stop.ts';

/**
 * Checks the metrics and the condition of `fit`.
 *
 * @returns what ends the run early, if anything does
 * @throws OptionError
 */
export function stopperFor(
  { validate = true, metrics = [], weights = 'last', stop }: FitOptions,
  complete: ResolvedOptions,
): Stopper | undefined {
  const { target, optimizer } = complete;
  checkWeights(weights, optimizer);
  const tested = validate && isTested(complete);
  checkMetrics(metrics, target);
  if (metrics.length > 0 && !tested) {
    throw new OptionError(
      "metrics were given, which need a test split; give the data set one and leave validate on, or use evaluate('train', { metrics })",
    );
  }
  if (stop === undefined) return undefined;
  checkStop(stop, { target, tested, metrics });
  return new Stopper(stop);
}
