/** Rows of a table that a model of a table predicts. */
import { DataError } from '../errors.ts';
import { fieldOf, listed, readTable } from '../harness/own/chosen-table.ts';
import type { ReadTable } from '../harness/own/columns.ts';
import { widthOf } from '../harness/own/encode.ts';
import { farOf } from '../harness/own/far.ts';
import { hasCommas, isMissing, strictNumberOf } from '../harness/own/fields.ts';
import type { TableFacts, UsedColumn } from '../harness/own/table-text.ts';
import { otherThanTable } from './no-table.ts';
import { type FileNumbers, readNumbers } from './number-files.ts';
import { isNpy, readSamples } from './sample-files.ts';

/**
 * Reads rows of CSV files, whose columns are found by their names, or of npy files, which have the inputs as they are.
 *
 * @param shape of a sample, as the model takes it
 * @throws {UsageError} if a file cannot be read; DataError if it is no table, lacks a column, or has a value that cannot be read
 */
export async function readRows(
  files: readonly string[],
  table: TableFacts,
  shape: readonly number[],
): Promise<FileNumbers> {
  const inputs = table.columns.reduce((sum, column) => sum + widthOf(column), 0);
  const taken = shape.reduce((a, b) => a * b, 1);
  if (inputs !== taken) {
    throw new DataError(
      `the inputs that the columns of the model file make are ${inputs}; its network takes ${taken}. Use another file`,
    );
  }
  const parts: FileNumbers[] = [];
  for (const file of files) {
    const bytes = await readSamples(file);
    const other = isNpy(bytes) ? undefined : otherThanTable(bytes);
    if (other !== undefined) {
      throw new DataError(
        `'${file}' is ${other}; the model takes rows of a table: ${listed(table.columns.map(({ name }) => fieldOf(name)))}. Give a CSV file with these columns, or npy`,
      );
    }
    parts.push(
      isNpy(bytes)
        ? await readNumbers([file], shape)
        : rowsOf(readTable(bytes, `'${file}'`), table, file),
    );
  }
  const numbers = new Float32Array(parts.reduce((sum, part) => sum + part.numbers.length, 0));
  let at = 0;
  for (const part of parts) {
    numbers.set(part.numbers, at);
    at += part.numbers.length;
  }
  const names = parts.flatMap((part) => part.names);
  const remarks = parts.flatMap((part) => part.remarks ?? []);
  return { numbers, count: names.length, names, remarks };
}

function rowsOf(
  { columns, rows, separator }: ReadTable,
  { columns: used }: TableFacts,
  file: string,
) {
  const places = used.map(({ name }) => columns.findIndex((column) => column.name === name));
  const missing = used.filter((_, i) => places[i] < 0).map(({ name }) => name);
  if (missing.length > 0) {
    throw new DataError(
      `'${file}' has no column ${listed(missing.map(fieldOf))}; it has ${listed(columns.map(({ name }) => fieldOf(name)))}. The first line names the columns, as in the table that was learned`,
    );
  }
  const alone = columns.length === 1;
  const commas = used.map((column, c) => {
    if ('values' in column) return false;
    const texts = rows.map((row) => row[places[c]]).filter((text) => !isMissing(text));
    return hasCommas({ texts, separator, alone }, column.comma ?? false);
  });
  const numbers = rows.flatMap((row, i) =>
    used.flatMap((column, c) =>
      inputsOf(column, row[places[c]], commas[c], `row ${i + 1} of '${file}'`),
    ),
  );
  // Counted from 1 below the names, as in messages.
  const names = rows.map((_, i) => `${file} row ${i + 1}`);
  const remarks = rows.flatMap((row, i) => {
    const values = used.map((_, c) => strictNumberOf(row[places[c]], commas[c]));
    return farOf(used, values).map(
      ({ name, value, range: [least, most] }) =>
        `row ${i + 1} of '${file}': ${name} ${value} is far outside of ${least} to ${most}, which the network learned from`,
    );
  });
  return {
    numbers: Float32Array.from(numbers),
    count: rows.length,
    names,
    remarks: first(remarks),
  };
}

/** Most remarks on a file. */
const MOST_REMARKS = 20;

/** The first ones; of more, how many. */
const first = (texts: readonly string[]): readonly string[] =>
  texts.length > MOST_REMARKS
    ? [...texts.slice(0, MOST_REMARKS), `and ${texts.length - MOST_REMARKS} more such values`]
    : texts;

/**
 * The inputs that a field makes: a number, the column's mean if there is none; of texts, one for each value.
 *
 * @throws DataError if the field is no number, or none of the texts that were learned
 */
function inputsOf(column: UsedColumn, text: string, comma: boolean, where: string): number[] {
  const has = `${where} has ${JSON.stringify(text)} as ${column.name}`;
  if ('values' in column) {
    const inputs = column.values.map((one) => Number(text.trim() === one));
    if (isMissing(text) || inputs.includes(1)) return inputs;
    throw new DataError(
      `${has}, which was not learned; learned were ${listed(column.values)}. Give one of these, or leave it empty`,
    );
  }
  if (isMissing(text)) return [column.mean];
  const value = strictNumberOf(text, comma);
  // The network computes with float32.
  if (Number.isFinite(Math.fround(value))) return [value];
  const form = comma ? ' with a decimal comma, such as 1,5' : '';
  const room = Number.isNaN(value) ? '' : ', between -3.4e38 and 3.4e38';
  throw new DataError(`${has}; it must be a number${form}${room}, or empty`);
}
