import type { TrainOutcome } from '../../harness/tasks/train.ts';
import { PAPER_TABLE } from '../../paper/table.ts';
import { formatCount, formatLoss, formatSeconds, formatShare } from '../format.ts';

/** What the summary reads of the outcome of the page's `train` task. */
export type TrainResult = Omit<TrainOutcome, 'dispatchesPerStep'>;

/** Options that leave a model the paper's own, so that its Table I is worth a look. */
const HARMLESS = new Set(['model', 'seed', 'plan']);

/** How a run came about, to tell whether it can be set beside the paper's. */
export interface TrainSetting {
  /** The options that the page was given. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether the data were Fashion-MNIST as published, which the paper's figures are of. */
  readonly published: boolean;
}

/** The lines that `gradweave train` ends with. */
export function trainSummary(result: TrainResult, setting: TrainSetting): string[] {
  const { title, loss, test, history, seconds, samplesPerSecond } = result;
  const epochs = `${history.length} ${history.length === 1 ? 'epoch' : 'epochs'}`;
  return [
    '',
    `${title}: test loss ${formatLoss(test.loss)} (${loss})` +
      (test.accuracy === null ? '' : `, test accuracy ${formatShare(test.accuracy)}`),
    ...paperLines(result, setting),
    `${epochs} in ${formatSeconds(seconds)}, ${formatCount(samplesPerSecond)} samples/s`,
  ];
}

function paperLines({ loss }: TrainResult, { options, published }: TrainSetting): string[] {
  const row = PAPER_TABLE.find(({ model }) => String(model) === options.model);
  if (row === undefined) return [];
  if (!published) {
    return ['Table I of the paper is of Fashion-MNIST, which these data are not: not compared.'];
  }
  const changed = Object.keys(options).filter((name) => !HARMLESS.has(name));
  const lines = [
    `Table I of the paper, Model ${row.model}: loss ${row.loss.toFixed(2)}, ` +
      `accuracy ${formatShare(row.accuracy)}`,
  ];
  if (changed.length > 0) {
    lines.push(`  The run differs from the paper’s in: ${changed.join(', ')}.`);
  }
  if (loss === 'mse') {
    lines.push(
      '  The table’s losses are of the size of a cross-entropy; a mean squared error cannot be ' +
        'compared with them (the accuracy can). See --loss cross_entropy.',
    );
  }
  return lines;
}
