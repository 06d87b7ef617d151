import { DataError, OptionError } from '../../errors.ts';
import { MOST_VALUES } from './column.ts';
import type { ReadTable } from './columns.ts';
import { type ColumnReader, encode, readerOf, valuesOf } from './encode.ts';
import { isMissing, numberOf } from './fields.ts';
import { atOnce, type Pieces, ROWS_A_PIECE } from './in-pieces.ts';
import { splitOf } from './split.ts';
import type { Scale } from './spread.ts';
import type { UsedColumn } from './table-text.ts';
import { classesOf, scaleOf } from './target-column.ts';

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

/** The rows of {@link TableData.test} as they stand in the table, to be shown. */
export interface HeldOut {
  /** Each row's number, from 1 below the names. */
  readonly numbers: Uint32Array;
  /** [count, columns to learn from]: a number, or the place of a category among its values; NaN if it is missing. */
  readonly values: Float64Array;
  /** The number to learn of each row. */
  readonly targets?: Float64Array;
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
  readonly heldOut: HeldOut;
  /** Rows that were left out, for a missing value or target. */
  readonly leftOut: number;
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
  const places: number[] = [];
  for (const [i, row] of table.rows.entries()) {
    if (i % ROWS_A_PIECE === 0) yield;
    if (isMissing(row[choice.target])) continue;
    if (choice.missing !== 'mean' && used.some((at) => isMissing(row[at]))) continue;
    rows.push(row);
    places.push(i);
  }
  const leftOut = table.rows.length - rows.length;
  checkCount(rows.length, choice.missing === 'mean' ? 0 : leftOut);
  const { labels, classes } =
    choice.learn === 'class' ? classesOf(rows, choice.target, target) : {};
  yield;
  const { train, test } = splitOf(rows.length, labels);
  const readers: ColumnReader[] = [];
  for (const i of used) {
    readers.push(yield* readerOf(rows, i, columns[i], train));
  }
  const names = readers.flatMap((reader) => reader.names);
  checkSize(names.length, rows.length);
  const scale = classes ? undefined : yield* scaleOf(rows, choice.target, target, train);
  const numberAt = (row: number): number => numberOf(rows[row][choice.target], target.comma);
  const part = (of: Uint32Array, inputs: Float32Array): TablePart => ({
    ...{ count: of.length, inputs },
    ...(labels ? { labels: of.map((row) => labels[row]) } : {}),
    ...(scale
      ? {
          targets: Float32Array.from(of, (row) => (numberAt(row) - scale.mean) / scale.deviation),
        }
      : {}),
  });
  return {
    ...{ name, inputs: names, target: target.name, leftOut },
    columns: readers.map(({ column }) => column),
    ...(classes ? { classes } : {}),
    ...(scale ? { scale } : {}),
    train: part(train, yield* encode(rows, train, readers, names.length)),
    test: part(test, yield* encode(rows, test, readers, names.length)),
    heldOut: {
      numbers: test.map((row) => places[row] + 1),
      values: yield* valuesOf(rows, test, readers),
      ...(scale ? { targets: Float64Array.from(test, numberAt) } : {}),
    },
  };
}

/** @param leftOut rows that the mean could fill */
function checkCount(rows: number, leftOut: number): void {
  if (rows >= FEWEST) return;
  const why =
    leftOut > 0 ? `. Left out for missing values: ${leftOut}. Fill them with the mean` : '';
  throw new DataError(
    `too few rows can be used: ${rows}; at least ${FEWEST} are needed, some to train on, some to test on${why}`,
  );
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
