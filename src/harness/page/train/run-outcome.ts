import type { LabOutcome } from '../../worker/lab-outcome.ts';
import type { RunRecord } from '../notebook/run-store.ts';

/**
 * Notes in runs that were trained at once how their networks have ended.
 *
 * @returns the run whose weights the worker has: of several, the one with the best network
 */
export function takeOutcome(
  runs: readonly RunRecord[],
  { ends, best }: Pick<LabOutcome, 'ends' | 'best'>,
): RunRecord {
  for (const run of runs) {
    const { networks } = run;
    for (const network of networks) network.kept = ends?.kept.get(network.run);
    run.held = networks.some((network) => ends?.going.has(network.run));
  }
  const home = runs.find(({ networks }) => networks.some(({ run }) => run === best));
  if (home) home.best = best;
  return home ?? runs[0];
}
