import type { EpochRecord, Metrics } from '../../../train/history.ts';
import { rmseOf } from '../number-error.ts';
import { MOST_LETTERS, type RunRecord } from './run-store.ts';

/** What a run's file is called, in all languages. */
export const fileName = (run: RunRecord, end: string): string =>
  `gradweave-${(run.name ?? run.title)
    .slice(0, MOST_LETTERS)
    .toLowerCase()
    .replace(/[^\w]+/g, '-')}-${run.id}${end}`;

/** A run as JSON for export. */
export function runJson(run: RunRecord): string {
  const {
    shown: _shown,
    open: _open,
    best: _best,
    weights: _weights,
    id: _id,
    pinned: _pinned,
    adding: _adding,
    held: _held,
    networks,
    spreads,
    ...own
  } = run;
  const rest = networks.length > 0 ? { ...own, networks, spreads } : own;
  return `${JSON.stringify({ kind: 'gradweave run', ...rest }, null, 2)}\n`;
}

/**
 * A run as CSV, one line for each epoch; of several networks one for each network and epoch. A number that is learned has the root
 * mean squared error in its column's unit where classes have accuracies.
 */
export function runCsv({ history, networks, dataset }: RunRecord): string {
  const { number } = dataset ?? {};
  const cell = (value: number | null | undefined): string => String(value ?? '');
  const quality = (of: Metrics | undefined): number | null | undefined =>
    number && of ? rmseOf(of.loss, number) : of?.accuracy;
  const linesOf = (records: readonly EpochRecord[], before: readonly number[]): string[] =>
    records.map(({ epoch, train, test, seconds }) =>
      [...before, epoch, train.loss, quality(train), test?.loss, quality(test), seconds]
        .map(cell)
        .join(','),
    );
  const what = number ? 'rmse' : 'accuracy';
  const names = `epoch,train_loss,train_${what},test_loss,test_${what},seconds`;
  const lines =
    networks.length > 0
      ? [`seed,${names}`, ...networks.flatMap((one) => linesOf(one.history, [one.seed]))]
      : [names, ...linesOf(history, [])];
  return [...lines, ''].join('\n');
}
