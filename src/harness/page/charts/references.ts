import { FASHION_MNIST } from '../../../data/fashion-mnist.ts';
import { PAPER_TABLE, TABLE_LOSS } from '../../../paper/table.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { say } from '../words/words.ts';

/** A horizontal line to compare with. */
export interface Reference {
  readonly y: number;
  readonly label: string;
  /** Where that does not fit, the longest first. */
  readonly shorts?: readonly string[];
}

/** What always saying the mean of a number would lose: its values are standardised. */
export const MEAN_LOSS = 1;

/** The lines of a chart: Table I, and for numbers that are learned always saying their mean. */
export function referencesOf(
  runs: readonly Pick<RunRecord, 'title' | 'loss' | 'dataset'>[],
  what: 'loss' | 'accuracy',
): Reference[] {
  const hasNumber = what === 'loss' && runs.some(({ dataset }) => dataset?.number);
  return [
    ...tableOne(runs, what),
    ...(hasNumber
      ? [{ y: MEAN_LOSS, label: say('Always the mean'), shorts: [say('the mean')] }]
      : []),
  ];
}

/** The paper's figures for the shown models, if they train on the paper's data. Its losses are cross-entropies. */
export function tableOne(
  runs: readonly Pick<RunRecord, 'title' | 'loss' | 'dataset'>[],
  what: 'loss' | 'accuracy',
): Reference[] {
  const shown = runs.filter(
    ({ loss, dataset }) =>
      dataset?.name === FASHION_MNIST && (what === 'accuracy' || loss === TABLE_LOSS),
  );
  const rows = PAPER_TABLE.filter(({ model }) =>
    shown.some(({ title }) => title === `Model ${model}`),
  );
  return rows.map((row) => ({
    y: row[what],
    label: say('Table I, Model {model}', { model: row.model }),
    // Of several lines, the model tells them apart.
    shorts:
      rows.length === 1
        ? [say('Table I')]
        : [say('Table I: M{model}', { model: row.model }), `M${row.model}`],
  }));
}
