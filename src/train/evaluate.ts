import { checkChoice } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { WeightsChoice } from './averages.ts';
import type { Evaluation } from './evaluator.ts';
import type { Metric } from './metrics.ts';
import type { Run } from './run.ts';

/** Options of `Trainer.evaluate`. */
export interface EvaluateOptions {
  /** What else to compute over the split, see {@link Metric}. Default nothing. */
  readonly metrics?: readonly Metric[] | undefined;
  /** `average`: with the averages of the weights, see {@link averaged}. Default `last`, the present weights. */
  readonly weights?: WeightsChoice;
}

/** Loss, accuracy and confusion matrix over a split; see `Trainer.evaluate`. */
export async function evaluateRun(
  run: Run,
  which: 'train' | 'test',
  { metrics, weights = 'last' }: EvaluateOptions = {},
): Promise<Evaluation> {
  checkChoice('evaluate(): split', which, ['train', 'test']);
  const { train, test } = run.rig;
  const split = which === 'test' ? test : train;
  if (split?.count === 0) {
    throw new OptionError('evaluate(): the live set has no samples; push() some first');
  }
  if (split) {
    // The caller's metrics do not hold up training.
    const measured = await run.activity.read(async () => {
      if (metrics !== undefined) {
        const { checkMetrics } = await import('./later.ts');
        checkMetrics(metrics, run.options.target);
      }
      if (weights !== 'last') {
        const { checkWeights } = await import('./later.ts');
        checkWeights(weights, run.options.optimizer);
        run.changed();
      }
      return run.rig.reader(weights).evaluator.evaluate(split, metrics);
    });
    return measured((waited) => run.lifetime.until(waited));
  }
  throw new OptionError(
    "there is no test split to evaluate; give the data set one, or evaluate('train')",
  );
}
