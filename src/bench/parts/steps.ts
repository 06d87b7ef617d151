import type { BenchContext } from '../context.ts';
import { raceRecipe, withOthers } from '../recipe.ts';
import type { StepResult } from '../results.ts';
import { PAPER_STEP, recipes } from '../step.ts';

/**
 * Measures training steps of all contenders, recipe by recipe. Each recipe is one race.
 *
 * @param onMemory called when much memory is in use
 */
export function benchSteps(context: BenchContext, onMemory: () => void): Promise<StepResult[]> {
  const { data, note } = context;
  return withOthers(context, PAPER_STEP, data, note, async (others) => {
    const results: StepResult[] = [];
    for (const spec of context.quick ? [PAPER_STEP] : recipes()) {
      results.push(...(await raceRecipe(context, { spec, data }, others, onMemory)));
    }
    return results;
  });
}
