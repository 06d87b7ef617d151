import { checkChoice } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Evaluation } from './evaluator.ts';
import type { Metric } from './metrics.ts';
import type { Run } from './run.ts';

/** Loss, accuracy and confusion matrix over a split; see `Trainer.evaluate`. */
export async function evaluateRun(
  run: Run,
  which: 'train' | 'test',
  metrics?: readonly Metric[],
): Promise<Evaluation> {
  checkChoice('evaluate(): split', which, ['train', 'test']);
  const { train, test, evaluator } = run.rig;
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
      return evaluator.evaluate(split, metrics);
    });
    return measured((waited) => run.lifetime.until(waited));
  }
  throw new OptionError(
    "there is no test split to evaluate; give the data set one, or evaluate('train')",
  );
}
