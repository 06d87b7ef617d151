import type { SavedBench, StepResult } from '../results.ts';

/** Steps of one recipe; default: Model 2's. */
export function stepsOfRecipe(
  { steps }: SavedBench,
  loss: StepResult['loss'] = 'cross_entropy',
  optimizer: StepResult['optimizer'] = 'adam',
): readonly StepResult[] {
  return steps.filter((step) => step.loss === loss && step.optimizer === optimizer);
}

/** Our fastest step of a recipe. */
export function ourBest(steps: readonly StepResult[]): StepResult | undefined {
  const ours = steps.filter(({ kind }) => kind === 'ours');
  return ours.reduce<StepResult | undefined>(
    (best, step) => (best && best.time.median <= step.time.median ? best : step),
    undefined,
  );
}

/** Each other contender's step time of Model 2 divided by our best, by name. */
export const ratios = (result: SavedBench): Map<string, number> => ratiosOf(stepsOfRecipe(result));

/** The same of any recipe's steps. */
export function ratiosOf(steps: readonly StepResult[]): Map<string, number> {
  const best = ourBest(steps);
  const others = best ? steps.filter(({ kind }) => kind !== 'ours') : [];
  return new Map(
    others.map(({ contender, time }) => [contender, time.median / (best?.time.median ?? 1)]),
  );
}

/** Our best epoch's share of the peak. */
export function epochShare({ epochs }: SavedBench): number | undefined {
  return epochs.length === 0
    ? undefined
    : Math.max(...epochs.map(({ shareOfPeak }) => shareOfPeak));
}
