import { describe, FINITE, isTransferred } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import { checkLabels } from './labels.ts';
import type { Numbers, Rows } from './numbers.ts';
import { classesOf, indicesOf, isRows as isList, type ReadRows, transferred } from './pieces.ts';

/** Copies nested numbers; returns the next position, which may be beyond `into`. */
function flatten(from: ArrayLike<unknown>, into: Float64Array, at: number, what: string): number {
  let next = at;
  for (let i = 0; i < from.length; i++) {
    const value = from[i];
    if (isList(value)) next = flatten(value, into, next, what);
    else if (typeof value === 'number') into[next++] = value;
    else throw new DataError(`${what} has ${describe(value)} among its numbers`);
  }
  return next;
}

/**
 * Samples of numbers in memory.
 *
 * @param what their name, for errors: `train.inputs`
 * @param columns numbers of a sample
 * @throws OptionError unless it is an array; DataError if it does not divide into samples. Reading throws a
 *   DataError if a sample has another length, or a value is not a number.
 */
export function rowsOf(
  what: string,
  rows: Rows,
  columns: number,
): { readonly count: number; readonly read: ReadRows } {
  if (!isList(rows)) {
    throw new OptionError(
      `${what}: ${describe(rows)} was given; use an array of numbers or of samples`,
    );
  }
  if (isTransferred(rows)) throw transferred(what, rows);
  const first: unknown = rows[0];
  const nested = isList(first);
  if (typeof first === 'object' && first !== null && !nested) {
    throw new DataError(
      `${what}: sample 0 is ${describe(first)}; use an array of ${columns} numbers, or imagesFrom() for pictures`,
    );
  }
  const count = nested ? rows.length : rows.length / columns;
  if (!Number.isInteger(count)) {
    throw new DataError(
      `${what}: ${describe(rows)} was given; it does not divide into samples of ${columns} numbers`,
    );
  }
  const read: ReadRows = (indices, into) => {
    for (let i = 0; i < indices.length; i++) {
      const sample = indices[i];
      if (nested) {
        const row: unknown = rows[sample];
        const list = isList(row) ? row : [row];
        const end = flatten(list, into, i * columns, `${what}: row ${sample}`);
        if (isList(row) && end === (i + 1) * columns) continue;
        throw new DataError(
          `${what}: row ${sample} is ${describe(row)} with ${end - i * columns} numbers; use ${columns}`,
        );
      }
      for (let c = 0; c < columns; c++) {
        const value: unknown = rows[sample * columns + c];
        if (typeof value !== 'number') throw notFinite(what, value, sample, c);
        into[i * columns + c] = value;
      }
    }
  };
  return { count, read };
}

/** The error for a number that is not finite in float32. */
export const notFinite = (
  what: string,
  value: unknown,
  sample: number,
  column: number,
): DataError =>
  new DataError(`${what}: ${describe(value)} in row ${sample}, column ${column}; ${FINITE}`);

/** @throws DataError unless there are numbers for each sample. */
export function checkCount(
  what: string,
  given: Rows,
  found: number,
  count: number,
  each = 1,
): void {
  if (found === count) return;
  throw new DataError(
    `${what}: ${describe(given)} was given for ${count} samples; give ${each === 1 ? 'a number' : `${each} numbers`} for each`,
  );
}

/**
 * The class of each sample, or of each of its positions.
 *
 * @param what their name, for errors: `train.labels`
 * @param classes how many there are
 * @param options a label that need not be a class, as u32; default none; and labels of a sample, default 1
 * @throws OptionError unless it is an array; DataError if their number is wrong, or a label is not a class
 */
export function labelsOf(
  what: string,
  labels: Rows,
  count: number,
  classes: number,
  { ignored, each = 1 }: { readonly ignored?: number | undefined; readonly each?: number } = {},
): Uint32Array {
  if (!isList(labels)) {
    throw new OptionError(
      `${what}: ${describe(labels)} was given; it is an array of class numbers`,
    );
  }
  if (each > 1) {
    const wanted = isList(labels[0]) ? count : count * each;
    if (labels.length !== wanted) {
      throw new DataError(
        `${what}: ${labels.length} were given for ${count} samples; the model has outputs at ${each} positions: give a label for each, or put flatten() at its end`,
      );
    }
    const { read } = rowsOf(what, labels, each);
    const all = new Float64Array(count * each);
    read(indicesOf(count), all);
    checkLabels(what, all, classes, ignored);
    return classesOf(all);
  }
  if (labels.length !== count) {
    throw new DataError(
      `${what}: ${labels.length} were given for ${count} samples; give one for each`,
    );
  }
  checkLabels(what, labels as Numbers, classes, ignored);
  return classesOf(labels as Numbers);
}
