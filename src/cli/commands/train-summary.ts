import type { LearnedNumber } from '../../harness/protocol.ts';
import { LOSSES } from '../../harness/tasks/choice-facts.ts';
import { paperDifferences } from '../../harness/tasks/paper-differences.ts';
import type { TrainOutcome } from '../../harness/tasks/run-trainer.ts';
import { PAPER_TABLE, TABLE_LOSS } from '../../paper/table.ts';
import { formatCount, formatLoss, formatSeconds, formatShare, writtenLines } from '../format.ts';
import { formatError, formatInUnit, ofMeanText, unitName } from '../unit.ts';

/** The parts of the `train` task's outcome that the summary needs. */
export type TrainResult = Omit<TrainOutcome, 'dispatchesPerStep'>;

/** What decides whether a run can be compared with the paper's. */
export interface TrainSetting {
  /** The page's options. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether the data are Fashion-MNIST as published, like the paper's. */
  readonly published: boolean;
  /** What is learned, if it is a number of a table. */
  readonly number?: LearnedNumber | undefined;
  /** Its error if always the mean is said. Default not known. */
  readonly ofMean?: number | undefined;
  /** Whether the data are a table. Default false. */
  readonly isTable?: boolean;
}

/** The lines that `gradweave train` ends with. */
export function trainSummary(result: TrainResult, setting: TrainSetting): string[] {
  const { title, loss, test, history, seconds, samplesPerSecond, written } = result;
  const right = `${formatShare(test.accuracy)}${written === undefined ? '' : ' of the next characters'}`;
  const epochs = `${history.length} ${history.length === 1 ? 'epoch' : 'epochs'}`;
  return [
    '',
    ...(setting.number
      ? numberLines(result, setting.number, setting.ofMean)
      : [
          `${title}: test loss ${formatLoss(test.loss)} (${loss})` +
            (test.accuracy === null ? '' : `, test accuracy ${right}`),
        ]),
    ...(setting.isTable ? [] : paperLines(result, setting)),
    ...endLines(result),
    `${epochs} in ${formatSeconds(seconds)}, ${formatCount(samplesPerSecond)} samples/s`,
    ...(written === undefined ? [] : ['', 'It writes:', ...writtenLines(written)]),
  ];
}

/** The error in the number's unit, and what the loss is. */
function numberLines(
  { title, loss, test }: TrainResult,
  number: LearnedNumber,
  ofMean: number | undefined,
): string[] {
  const { name, deviation } = number;
  return [
    `${title}: test error ${formatError(test.loss, number)} (root mean square, in ${unitName(number)})${ofMeanText(ofMean)}`,
    `Test loss ${formatLoss(test.loss)} (${loss}, in squared deviations of ${name}; one is ${formatInUnit(deviation)})`,
  ];
}

/** How a run ended, and which weights it has, if neither goes without saying. */
function endLines({ early, kept, history }: TrainResult): string[] {
  return [
    ...(early ? [`Ended early, after epoch ${history.length}: the test loss fell no more.`] : []),
    ...(kept ? [`The weights are those of epoch ${kept}, which has the lowest test loss.`] : []),
  ];
}

function paperLines({ loss }: TrainResult, { options, published }: TrainSetting): string[] {
  const row = PAPER_TABLE.find(({ model }) => String(model) === options.model);
  if (row === undefined) return [];
  if (!published) {
    return ['Not compared with the paper’s Table I: these data are not Fashion-MNIST.'];
  }
  const changed = paperDifferences(options).map(
    ({ setting, now, paper }) => `${setting} ${now} instead of ${paper}`,
  );
  const lines = [
    `Table I of the paper, Model ${row.model}: loss ${row.loss.toFixed(2)}, ` +
      `accuracy ${formatShare(row.accuracy)}`,
  ];
  if (changed.length > 0) {
    lines.push(`  Differs from the paper’s text: ${changed.join(', ')}.`);
  }
  if (loss !== TABLE_LOSS) {
    lines.push(
      `  The table’s losses look like ${LOSSES[TABLE_LOSS].label}. Only the accuracy can be compared ` +
        `with this run’s ${LOSSES[loss].label}. Use --loss ${TABLE_LOSS} to compare both.`,
    );
  }
  return lines;
}
