import type { Column } from './column.ts';
import { numberOf } from './fields.ts';
import { type Pieces, ROWS_A_PIECE } from './in-pieces.ts';
import { type Scale, spreadOf } from './spread.ts';
import type { UsedColumn } from './table-text.ts';

export type Rows = readonly (readonly string[])[];

/** Reads a column of a table. */
export interface ColumnReader {
  /** The column's place in the table. */
  readonly from: number;
  readonly column: UsedColumn;
  /** Of the inputs that it makes. */
  readonly names: readonly string[];
  /** A field's number, or the place of its category; NaN if there is none. */
  value(text: string): number;
}

/** How many inputs a column makes. */
export const widthOf = (column: UsedColumn): number =>
  'values' in column ? column.values.length : 1;

/** Largest standardised number: far out of any distribution. */
const MOST = 1e6;

/**
 * Writes the inputs that a column makes of a value, over zeros.
 *
 * @param value a number, or the place of a category; NaN if it is missing: then the mean, or no category
 */
export function putValue(column: UsedColumn, value: number, into: Float32Array, at: number): void {
  if ('values' in column) {
    if (!Number.isNaN(value)) into[at + value] = 1;
    return;
  }
  // The mean is 0 after standardising. What float32 cannot hold is cut off.
  const scaled = Number.isNaN(value) ? 0 : (value - column.mean) / column.deviation;
  into[at] = Math.max(-MOST, Math.min(MOST, Number.isFinite(scaled) ? scaled : 0));
}

/** The numbers that some rows have in a column; NaN where there are none. */
export function* numbersOf(
  rows: Rows,
  at: number,
  comma: boolean,
  of: Uint32Array,
): Pieces<number[]> {
  const numbers: number[] = [];
  for (const [i, row] of of.entries()) {
    if (i % ROWS_A_PIECE === 0) yield;
    numbers.push(numberOf(rows[row][at], comma));
  }
  return numbers;
}

/** The least and the largest of some numbers: they may be too many to be arguments. */
const rangeOf = ([first, ...rest]: readonly number[]): readonly [number, number] =>
  rest.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [first, first],
  );

/** @param train the rows whose mean and deviation standardise numbers */
export function* readerOf(
  rows: Rows,
  at: number,
  { name, kind, comma, values }: Column,
  train: Uint32Array,
): Pieces<ColumnReader> {
  if (kind === 'category') {
    const place = new Map(values.map((value, i) => [value, i]));
    return {
      from: at,
      column: { name, values },
      names: values.map((value) => `${name} = ${value.slice(0, 40)}`),
      // A missing one is none of them: all are 0.
      value: (text) => place.get(text.trim()) ?? Number.NaN,
    };
  }
  const numbers = yield* numbersOf(rows, at, comma, train);
  const known = numbers.filter((value) => Number.isFinite(value));
  const { mean, deviation }: Scale = known.length > 0 ? spreadOf(known) : { mean: 0, deviation: 1 };
  return {
    from: at,
    column: {
      ...{ name, mean, deviation },
      ...(known.length > 0 ? { range: rangeOf(known) } : {}),
      ...(comma ? { comma } : {}),
    },
    names: [name],
    value: (text) => numberOf(text, comma),
  };
}

/** @returns [rows, columns]: the inputs of some rows */
export function* encode(
  rows: Rows,
  of: Uint32Array,
  readers: readonly ColumnReader[],
  columns: number,
): Pieces<Float32Array> {
  const out = new Float32Array(of.length * columns);
  for (const [i, row] of of.entries()) {
    if (i % ROWS_A_PIECE === 0) yield;
    let at = i * columns;
    for (const { from, column, names, value } of readers) {
      putValue(column, value(rows[row][from]), out, at);
      at += names.length;
    }
  }
  return out;
}

/** @returns [rows, readers]: what some rows hold, as of {@link ColumnReader.value} */
export function* valuesOf(
  rows: Rows,
  of: Uint32Array,
  readers: readonly ColumnReader[],
): Pieces<Float64Array> {
  const out = new Float64Array(of.length * readers.length);
  for (const [i, row] of of.entries()) {
    if (i % ROWS_A_PIECE === 0) yield;
    readers.forEach(({ from, value }, c) => {
      out[i * readers.length + c] = value(rows[row][from]);
    });
  }
  return out;
}
