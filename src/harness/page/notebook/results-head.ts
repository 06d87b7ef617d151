import { type Measure, measureOfRun } from '../measure.ts';
import { say } from '../words/words.ts';
import type { RunRecord } from './run-store.ts';

/**
 * What the results of runs are: accuracies of classes, errors of numbers; undefined if they have nothing beside their losses.
 *
 * @param expected what the next run is measured in, for a list without runs
 */
export function resultsHead(
  runs: readonly Pick<RunRecord, 'query' | 'dataset'>[],
  expected: Measure,
): (() => string) | undefined {
  const measures = runs.length === 0 ? [expected] : runs.map(measureOfRun);
  const [accuracies, errors] = [measures.includes('class'), measures.includes('number')];
  if (accuracies && errors) return () => say('Test accuracy, or error (RMSE)');
  if (accuracies) return () => say('Test accuracy');
  return errors ? () => say('Test error (RMSE)') : undefined;
}
