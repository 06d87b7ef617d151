import { LOSSES } from '../../tasks/choice-facts.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { say, sayOf } from '../words/words.ts';
import type { ChartName } from './kinds.ts';

type Part = Pick<RunRecord, 'loss' | 'dataset'>;

/** Different values, in their order. */
const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

const labelOfLoss = (loss: string): string =>
  sayOf(new Map<string, { label: string }>(Object.entries(LOSSES)).get(loss)?.label ?? loss);

/** Whether runs learned from different data: of another name or size, or, where both are known, of another hash. */
function differInData(runs: readonly Part[]): boolean {
  const known = runs.flatMap(({ dataset }) => dataset ?? []);
  const named = known.map(({ name, train, test }) => JSON.stringify([name, train, test]));
  const hashes = known.flatMap(({ sha256 }) => sha256 ?? []);
  return distinct(named).length > 1 || distinct(hashes).length > 1;
}

/** What has to be known of runs whose curves share an axis, but cannot be compared; none if they can. */
export function mixedTexts(runs: readonly Part[], charts: readonly ChartName[]): string[] {
  const losses = distinct(runs.map(({ loss }) => labelOfLoss(loss)));
  return [
    ...(charts.includes('loss') && losses.length > 1
      ? [say('different losses on one axis: {losses}', { losses: losses.join(', ') })]
      : []),
    ...(differInData(runs) ? [say('different data')] : []),
  ];
}
