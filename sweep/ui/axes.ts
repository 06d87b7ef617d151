import type { TrialValue } from '../../src/trial/spec.ts';
import type { StoredTrial } from '../src/contract.ts';
import { numberText, valueText } from '../src/view/values.ts';

/** How an option stands on its axis. */
export type Axis =
  | { readonly name: string; readonly type: 'value' | 'log' }
  | { readonly name: string; readonly type: 'category'; readonly data: readonly string[] };

/** Numbers that reach over so many times the smallest are spread by their logarithms. */
const LOG_RANGE = 50;
/** So few different numbers are names: every one has its tick. */
const FEW = 6;

/** The axis for the values of an option. */
export function axisOf(name: string, trials: readonly StoredTrial[]): Axis {
  const values = trials
    .map((trial) => optionOf(trial, name))
    .filter((value) => value !== undefined);
  const numbers = values.filter((value) => typeof value === 'number');
  const different = new Set(values.map(valueText));
  const gaps = values.length < trials.length;
  if (numbers.length < values.length || different.size <= FEW || gaps) {
    const sorted = [...different].sort(
      (a, b) => Number(a) - Number(b) || a.localeCompare(b, 'en', { numeric: true }),
    );
    return { name, type: 'category', data: gaps ? [...sorted, valueText(undefined)] : sorted };
  }
  const low = numbers.reduce((a, b) => Math.min(a, b));
  const high = numbers.reduce((a, b) => Math.max(a, b));
  return { name, type: low > 0 && high / low >= LOG_RANGE ? 'log' : 'value' };
}

/** An option of a trial; its model and epochs are options of the space, too. */
export const optionOf = (trial: StoredTrial, name: string): TrialValue | undefined =>
  name === 'seed' ? trial.spec.seed : trial.values[name];

/** Where a trial stands on an axis. */
export function placeOn(axis: Axis, trial: StoredTrial): string | number {
  const value = optionOf(trial, axis.name);
  return axis.type !== 'category' && typeof value === 'number' ? value : valueText(value);
}

export const tickText = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.001
    ? value.toExponential().replace('.0', '')
    : numberText(value);
