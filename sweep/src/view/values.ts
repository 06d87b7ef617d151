/** How values of a sweep are written. */
import type { TrialValue } from '../../../src/trial/spec.ts';
import type { Objective } from '../contract.ts';

/** A value of an option, short: `0.001`, `784-64-10`, `adam`; a dash if the point has none. */
export function valueText(value: TrialValue | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value.map(numberText).join('-');
}

/** Up to four significant digits. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** `88.42%` or `0.3127`: two decimals of a percentage, as trials of a sweep are close to each other. */
export function scoreText(score: number | null, { metric }: Objective): string {
  if (score === null) return '–';
  return metric === 'test.accuracy' ? `${(100 * score).toFixed(2)}%` : lossText(score);
}

/** `88.42% ± 0.31`; without a deviation the score alone. */
export function spreadText(
  { mean, deviation }: { readonly mean: number | null; readonly deviation: number | null },
  objective: Objective,
): string {
  const text = scoreText(mean, objective);
  if (deviation === null) return text;
  const accuracy = objective.metric === 'test.accuracy';
  return `${text} ± ${accuracy ? (100 * deviation).toFixed(2) : lossText(deviation)}`;
}

/** `test accuracy` or `test loss`. */
export const metricText = ({ metric }: Objective): string => metric.replace('.', ' ');

const lossText = (loss: number): string =>
  Math.abs(loss) < 0.01 && loss !== 0 ? loss.toPrecision(3) : loss.toFixed(4);
