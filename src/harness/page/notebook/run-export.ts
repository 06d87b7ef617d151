import type { EpochRecord } from '../../../train/history.ts';
import type { RunRecord } from './run-store.ts';

/** A run as JSON for export. */
export function runJson(run: RunRecord): string {
  const {
    shown: _shown,
    open: _open,
    best: _best,
    weights: _weights,
    id: _id,
    key: _key,
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

/** A run as CSV, one line for each epoch; of several networks one for each network and epoch. */
export function runCsv({ history, networks }: RunRecord): string {
  const cell = (value: number | null | undefined): string => String(value ?? '');
  const linesOf = (records: readonly EpochRecord[], before: readonly number[]): string[] =>
    records.map(({ epoch, train, test, seconds }) =>
      [...[...before, epoch, train.loss, train.accuracy], ...[test?.loss, test?.accuracy, seconds]]
        .map(cell)
        .join(','),
    );
  const names = 'epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds';
  const lines =
    networks.length > 0
      ? [`seed,${names}`, ...networks.flatMap((one) => linesOf(one.history, [one.seed]))]
      : [names, ...linesOf(history, [])];
  return [...lines, ''].join('\n');
}
