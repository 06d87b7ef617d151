/** The error of networks that learn a number, in its column's own unit. */
import { spreadOf } from '../../ensemble/spread.ts';
import type { LearnedNumber } from '../protocol.ts';
import { targetText } from './inside/table/target-text.ts';
import { converges } from './notebook/run-epochs.ts';
import { keptRecord, type RunRecord, testOf } from './notebook/run-store.ts';

/** Root mean squared error: the loss is the mean of the squared errors of standardised values, (x − mean) / deviation. */
export const rmseOf = (loss: number, { deviation }: LearnedNumber): number =>
  Math.sqrt(loss) * deviation;

/** An error with its column's unit; a dash if it is not known. */
export const rmseText = (loss: number | null | undefined, number: LearnedNumber): string =>
  targetText(number.name, number).near(rmseOf(loss ?? Number.NaN, number));

/** The mean error of networks, of one as of several. @param losses of each */
export const meanErrorText = (losses: readonly number[], number: LearnedNumber): string => {
  const { mean } = spreadOf(losses.map((loss) => rmseOf(loss, number)));
  return targetText(number.name, number).near(mean);
};

/** The errors of several networks: their mean and deviation. */
function rmseSpread(losses: readonly number[], number: LearnedNumber): string {
  const { mean, deviation, count } = spreadOf(losses.map((loss) => rmseOf(loss, number)));
  const text = targetText(number.name, number);
  return count === 1 ? text.near(mean) : text.within(mean, deviation);
}

/** The test error of a run that learns a number: of its last epoch, or the one whose weights are kept; of several networks of all. */
export function testErrorText(
  run: Pick<RunRecord, 'networks' | 'history' | 'kept'>,
  number: LearnedNumber,
): string {
  if (run.networks.length === 0) return rmseText(testOf(run)?.loss, number);
  const losses = run.networks
    .filter(converges)
    .flatMap((network) => keptRecord(network)?.test?.loss ?? []);
  return losses.length > 0 ? rmseSpread(losses, number) : '–';
}
