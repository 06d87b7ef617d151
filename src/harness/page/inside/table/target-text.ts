import { unitIn } from '../../../own/named-unit.ts';
import type { Scale } from '../../../own/spread.ts';
import { inTable } from '../../numbers.ts';

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
  /** A round number, without its unit. */
  round(value: number): string;
  /** As {@link signed}, with its standard deviation. */
  spread(value: number, deviation: number): string;
}

/** @param scale of the column's numbers, which are written as its table writes them: see {@link inTable} */
export function targetText(
  column: string,
  { deviation, comma }: Pick<Scale, 'deviation' | 'comma'>,
): TargetText {
  const { name, unit } = unitIn(column);
  const digits = 2 - Math.floor(Math.log10(deviation));
  const plain = (value: number): string => {
    if (!Number.isFinite(value)) return '–';
    const text =
      digits > 12 || Math.abs(value) >= 1e15
        ? value.toExponential(2)
        : value.toFixed(Math.max(0, digits));
    // No −0.00.
    return inTable(/^-[0.]+$/.test(text) ? text.slice(1) : text, comma).replace('-', '−');
  };
  const round = (value: number): string => inTable(String(value), comma).replace('-', '−');
  const signed = (value: number): string => (value > 0 ? `+${plain(value)}` : plain(value));
  const withUnit = (text: string): string => (unit === '' ? text : `${text}\u00a0${unit}`);
  return {
    ...{ column, name, unit },
    exact: (value) => withUnit(Number.isFinite(value) ? round(value) : '–'),
    near: (value) => withUnit(plain(value)),
    round,
    signed: (value) => withUnit(signed(value)),
    within: (value, own) => withUnit(`${plain(value)} ± ${plain(own)}`),
    spread: (value, own) => withUnit(`${signed(value)} ± ${plain(own)}`),
  };
}
