import { UsageError } from '../../../src/cli/errors.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import { type SpecSource, specOf } from '../plan/specs.ts';
import { openSearch } from '../search/open.ts';

/**
 * Prints the specification of each trial, one a line, for `gradweave trial` in array jobs.
 *
 * @throws {UsageError} if the search chooses by results
 */
export async function listTrials(
  plan: CheckedPlan,
  folder: string,
  source: SpecSource,
  terminal: Terminal,
): Promise<void> {
  if (plan.search.kind === 'optuna') {
    throw new UsageError(
      '--list was given; this search chooses its points by the results of others. Use --search grid or random.',
    );
  }
  const search = await openSearch(plan, { folder });
  for (let number = 0; number < search.budget; number++) {
    const point = await search.ask(number);
    for (const seed of plan.seeds) {
      terminal.out(`${JSON.stringify(specOf(plan, source, point, seed))}\n`);
    }
  }
  await search.close();
}
