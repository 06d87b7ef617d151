import { DataError, OptionError } from '../../errors.ts';
import {
  byText,
  type Column,
  isMissing,
  MOST_VALUES,
  numberOf,
  type ReadTable,
} from './columns.ts';
import { atOnce, type Pieces, ROWS_A_PIECE } from './in-pieces.ts';
import { LONGEST_CLASS, splitOf } from './split.ts';
import type { UsedColumn } from './table-text.ts';

/** What to learn from a table. */
export interface TableChoice {
  /** The column to learn. */
  readonly target: number;
  readonly learn: 'class' | 'number';
  /** The columns to learn from. Those that are constant, or texts, are passed over. */
  readonly from: readonly number[];
  /** What happens to rows without a value in a column to learn from; without a target, they are left out. */
  readonly missing: 'leave-out' | 'mean';
}

/** Rows of numbers, with what to learn from each. */
export interface TablePart {
  readonly count: number;
  /** [count, columns]. */
  readonly inputs: Float32Array;
  /** The class of each row. */
  readonly labels?: Uint32Array;
  /** The number to learn of each row, standardised. */
  readonly targets?: Float32Array;
}

/** A table that a network can learn from. */
export interface TableData {
  readonly name: string;
  /** Inputs of the network, by the names of their columns. */
  readonly inputs: readonly string[];
  /** The columns that make the inputs. */
  readonly columns: readonly UsedColumn[];
  /** The column that is learned. */
  readonly target: string;
  /** Names of classes; none if a number is learned. */
  readonly classes?: readonly string[];
  /** Of a number that is learned: the mean and the deviation that its training rows have. */
  readonly scale?: Scale;
  readonly train: TablePart;
  readonly test: TablePart;
  /** Rows that were left out, for a missing value or target. */
  readonly leftOut: number;
}

interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/** Fewest rows: at least one is tested. */
const FEWEST = 5;
/** Most inputs of a network. */
const MOST_INPUTS = 4096;
/** Most numbers. */
const MOST_NUMBERS = 64 * 2 ** 20;

/**
 * Makes numbers of a table. Columns of numbers are standardised with the mean and the deviation of the rows that are trained on;
 * columns of categories become an input for each value, 0 or 1. A fifth of the rows, of each class its share, is held out.
 *
 * @throws DataError if there are too few rows or classes, or nothing to learn from
 * @throws OptionError if the choice names a column that is not there
 */
export const prepareTable = (name: string, table: ReadTable, choice: TableChoice): TableData =>
  atOnce(preparingTable(name, table, choice));

/** As {@link prepareTable}, in pieces. */
export function* preparingTable(
  name: string,
  table: ReadTable,
  choice: TableChoice,
): Pieces<TableData> {
  const { columns } = table;
  const target = columns[choice.target];
  if (!target) {
    throw new OptionError(`column ${choice.target} was given; the table has ${columns.length}`);
  }
  checkCount(table.rows.length, 0);
  const used = choice.from.filter(
    (i) => i !== choice.target && ['number', 'category'].includes(columns[i]?.kind),
  );
  if (used.length === 0) {
    throw new DataError(
      `there is no column to learn ${target.name} from. Choose columns with different numbers, or with up to ${MOST_VALUES} different texts`,
    );
  }
  const rows: (readonly string[])[] = [];
  for (const [i, row] of table.rows.entries()) {
    if (i % ROWS_A_PIECE === 0) yield;
    if (isMissing(row[choice.target])) continue;
    if (choice.missing === 'mean' || used.every((at) => !isMissing(row[at]))) rows.push(row);
  }
  const leftOut = table.rows.length - rows.length;
  checkCount(rows.length, leftOut);
  const { labels, classes } =
    choice.learn === 'class' ? classesOf(rows, choice.target, target) : {};
  yield;
  const { train, test } = splitOf(rows.length, labels);
  const encoders: Encoder[] = [];
  for (const i of used) {
    encoders.push(yield* encoderOf(rows, i, columns[i], train));
  }
  const names = encoders.flatMap((encoder) => encoder.names);
  checkSize(names.length, rows.length);
  const scale = classes ? undefined : yield* scaleOf(rows, choice.target, target, train);
  const part = (of: Uint32Array, inputs: Float32Array): TablePart => ({
    ...{ count: of.length, inputs },
    ...(labels ? { labels: of.map((row) => labels[row]) } : {}),
    ...(scale
      ? {
          targets: Float32Array.from(
            of,
            (row) =>
              (numberOf(rows[row][choice.target], target.comma) - scale.mean) / scale.deviation,
          ),
        }
      : {}),
  });
  return {
    ...{ name, inputs: names, target: target.name, leftOut },
    columns: encoders.map(({ column }) => column),
    ...(classes ? { classes } : {}),
    ...(scale ? { scale } : {}),
    train: part(train, yield* encode(rows, train, encoders, names.length)),
    test: part(test, yield* encode(rows, test, encoders, names.length)),
  };
}

function checkCount(rows: number, leftOut: number): void {
  if (rows >= FEWEST) return;
  const why =
    leftOut > 0 ? `; ${leftOut} are left out for missing values. Fill them with the mean` : '';
  throw new DataError(
    `${rows} rows can be used, and at least ${FEWEST} are needed: some to train on, some to test on${why}`,
  );
}

type Rows = readonly (readonly string[])[];

function classesOf(
  rows: Rows,
  at: number,
  { name, distinct }: Column,
): { readonly labels: Uint32Array; readonly classes: readonly string[] } {
  if (distinct > MOST_VALUES) {
    throw new DataError(
      `${name} has ${distinct >= 10_000 ? 'more than 10,000' : distinct} different values; at most ${MOST_VALUES} classes are learned. Learn it as a number, or choose another column`,
    );
  }
  // Of values that only rows without a target have, there is no class.
  const classes = [...new Set(rows.map((row) => row[at].trim()))].sort(byText);
  if (classes.length < 2) {
    throw new DataError(
      `${name} has one class only, ${classes[0]?.slice(0, 40)}. Choose a column with two classes or more`,
    );
  }
  const long = classes.find((one) => one.length > LONGEST_CLASS);
  if (long !== undefined) {
    throw new DataError(
      `${name} has ${long.slice(0, 20)}… of ${long.length} characters; the name of a class may have ${LONGEST_CLASS}. Choose another column, or shorten it`,
    );
  }
  const place = new Map(classes.map((one, i) => [one, i]));
  return { classes, labels: Uint32Array.from(rows, (row) => place.get(row[at].trim()) ?? 0) };
}

function checkSize(inputs: number, rows: number): void {
  if (inputs > MOST_INPUTS) {
    throw new DataError(
      `the columns make ${inputs} inputs; at most ${MOST_INPUTS} are learned from. Leave columns with many categories out`,
    );
  }
  if (inputs * rows > MOST_NUMBERS) {
    throw new DataError(
      `${rows} rows of ${inputs} inputs are more than ${MOST_NUMBERS} numbers. Leave rows or columns out`,
    );
  }
}

/** Mean and deviation of numbers; the deviation of numbers that are all the same is 1. */
function spreadOf(numbers: readonly number[]): Scale {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
}

/** The numbers that some rows have in a column; NaN where there are none. */
function* numbersOf(rows: Rows, at: number, comma: boolean, of: Uint32Array): Pieces<number[]> {
  const numbers: number[] = [];
  for (const [i, row] of of.entries()) {
    if (i % ROWS_A_PIECE === 0) yield;
    numbers.push(numberOf(rows[row][at], comma));
  }
  return numbers;
}

function* scaleOf(
  rows: Rows,
  at: number,
  { name, kind, comma }: Column,
  train: Uint32Array,
): Pieces<Scale> {
  if (kind !== 'number') {
    throw new DataError(`${name} does not hold numbers alone. Learn it as a class`);
  }
  const scale = spreadOf(yield* numbersOf(rows, at, comma, train));
  if (Number.isFinite(scale.mean) && Number.isFinite(scale.deviation)) return scale;
  throw new DataError(`${name} has numbers too large to compute with. Divide them first`);
}

/** Writes the inputs that a column makes. */
interface Encoder {
  /** The column. */
  readonly from: number;
  readonly column: UsedColumn;
  readonly names: readonly string[];
  write(text: string, into: Float32Array, at: number): void;
}

function* encoderOf(
  rows: Rows,
  at: number,
  { name, kind, comma, values }: Column,
  train: Uint32Array,
): Pieces<Encoder> {
  if (kind === 'category') {
    const place = new Map(values.map((value, i) => [value, i]));
    return {
      from: at,
      column: { name, values },
      names: values.map((value) => `${name} = ${value.slice(0, 40)}`),
      // A missing one is none of them: all are 0.
      write: (text, into, from) => {
        const i = place.get(text.trim());
        if (i !== undefined) into[from + i] = 1;
      },
    };
  }
  const numbers = yield* numbersOf(rows, at, comma, train);
  const known = numbers.filter((value) => Number.isFinite(value));
  const { mean, deviation } = known.length > 0 ? spreadOf(known) : { mean: 0, deviation: 1 };
  return {
    from: at,
    column: { name, mean, deviation },
    names: [name],
    write: (text, into, from) => {
      const value = numberOf(text, comma);
      // The mean is 0 after standardising. What float32 cannot hold is cut off.
      const scaled = Number.isNaN(value) ? 0 : (value - mean) / deviation;
      into[from] = Math.max(-MOST, Math.min(MOST, Number.isFinite(scaled) ? scaled : 0));
    },
  };
}

/** Largest standardised number: far out of any distribution. */
const MOST = 1e6;

function* encode(
  rows: Rows,
  of: Uint32Array,
  encoders: readonly Encoder[],
  columns: number,
): Pieces<Float32Array> {
  const out = new Float32Array(of.length * columns);
  for (const [i, row] of of.entries()) {
    if (i % ROWS_A_PIECE === 0) yield;
    let at = i * columns;
    for (const { from, names, write } of encoders) {
      write(rows[row][from], out, at);
      at += names.length;
    }
  }
  return out;
}
