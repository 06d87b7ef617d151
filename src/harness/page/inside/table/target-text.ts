import { unitIn } from '../../../own/named-unit.ts';
import { local } from '../../numbers.ts';

/** Writes values of a column. */
export interface TargetText {
  /** The column as it is called, with its unit, and without. */
  readonly column: string;
  readonly name: string;
  readonly unit: string;
  /** A number of the table, with all its digits. */
  exact(value: number): string;
  /** What was computed, to a hundredth of the column's deviation. */
  near(value: number): string;
  /** As {@link near}, with a sign. */
  signed(value: number): string;
  /** As {@link near}, with its standard deviation. */
  within(value: number, deviation: number): string;
  /** As {@link signed}, with its standard deviation. */
  spread(value: number, deviation: number): string;
}

/** @param deviation of the column's numbers */
export function targetText(column: string, deviation: number): TargetText {
  const { name, unit } = unitIn(column);
  const digits = 2 - Math.floor(Math.log10(deviation));
  const plain = (value: number): string => {
    if (!Number.isFinite(value)) return '–';
    const text =
      digits > 12 || Math.abs(value) >= 1e15
        ? value.toExponential(2)
        : value.toFixed(Math.max(0, digits));
    // No −0.00.
    return local(/^-[0.]+$/.test(text) ? text.slice(1) : text).replace('-', '−');
  };
  const signed = (value: number): string => (value > 0 ? `+${plain(value)}` : plain(value));
  const withUnit = (text: string): string => (unit === '' ? text : `${text}\u00a0${unit}`);
  return {
    ...{ column, name, unit },
    exact: (value) =>
      withUnit(Number.isFinite(value) ? local(String(value)).replace('-', '−') : '–'),
    near: (value) => withUnit(plain(value)),
    signed: (value) => withUnit(signed(value)),
    within: (value, own) => withUnit(`${plain(value)} ± ${plain(own)}`),
    spread: (value, own) => withUnit(`${signed(value)} ± ${plain(own)}`),
  };
}
