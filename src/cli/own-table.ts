/** A table of comma-separated values for `train`, and what to learn from it. */
import { open, readFile } from 'node:fs/promises';
import { DataError } from '../errors.ts';
import { chosen, readTable, targetsText, withNumbers } from '../harness/own/chosen-table.ts';
import type { ReadTable } from '../harness/own/columns.ts';
import { prepareTable, type TableChoice, type TableData } from '../harness/own/table.ts';
import { passedOver } from '../harness/own/taken-columns.ts';
import { ofData } from '../harness/tasks/own-words.ts';
import type { Settings } from '../harness/tasks/settings.ts';
import { UsageError } from './errors.ts';
import { otherThanTable } from './no-table.ts';

const HEAD_BYTES = 64;

async function headOf(path: string, given: string): Promise<Uint8Array> {
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`--data: '${given}' cannot be read (${cause.code}).`);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Whether a file is a zip archive of images.
 *
 * @param given as it was given
 * @throws {UsageError} if it is one of something else, as spreadsheets are
 */
export async function isZip(path: string, given: string): Promise<boolean> {
  const head = await headOf(path, given);
  if (head[0] !== 0x50 || head[1] !== 0x4b) return false;
  if (/\.zip$/i.test(path)) return true;
  throw new UsageError(
    `--data: '${given}' is a zip archive by another name, as spreadsheets are. Save a table as CSV, or name an archive of images FILE.zip.`,
  );
}

/**
 * Reads the table of a file.
 *
 * @param allowed what may be given, for the message
 * @throws {UsageError} if it is no text; DataError if it is no table
 */
export async function openTable(path: string, given: string, allowed: string): Promise<ReadTable> {
  const head = await headOf(path, given);
  const kind = otherThanTable(head);
  if (kind !== undefined) throw new UsageError(`--data: '${given}' is ${kind}. ${allowed}.`);
  try {
    return readTable(await readFile(path), `'${given}'`);
  } catch (error) {
    if (error instanceof DataError) {
      throw new DataError(`--data: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/**
 * What a run learns from a table: the page prepares the same, but says what is wrong only once it is started.
 *
 * @param given the file as it was given
 * @throws {UsageError} if options do not go with it; OptionError if the target is no column; DataError if it cannot be learned from
 */
export function preparedTable(
  whole: ReadTable,
  given: string,
  settings: Settings,
  values: ReadonlyMap<string, string>,
): TableData {
  const table = withNumbers(whole, values.get('numbers'), '--');
  const target = values.get('target');
  if (target === undefined) {
    throw new UsageError(
      `--target is missing: which column of '${given}' is learned? ${targetsText(table)}. Use --target COLUMN.`,
    );
  }
  const choice = {
    ...{ target, learn: values.get('learn') },
    ...{ leaveOut: values.get('leave-out'), missing: values.get('missing') },
  };
  const prepared = preparedAs(table, given, chosen(table, choice, '--'));
  const { title, data, loss } = settings;
  if (data === 'text' || !settings.widths || settings.target === 'input') {
    throw new UsageError(
      `'${given}' is a table; ${title} learns from images. Use --model 1, 2 or 3.`,
    );
  }
  if (!prepared.classes && loss === 'cross_entropy') {
    throw new UsageError(
      `--loss ${loss} was given, which is for classes; ${target} is learned as a number. Use --loss mse, or --learn class.`,
    );
  }
  for (const name of ['normalize', 'augment']) {
    if ((values.get(name) ?? 'none') === 'none') continue;
    throw new UsageError(
      `--${name} was given, which is for images; the columns of a table are standardised by themselves. Leave it out.`,
    );
  }
  return prepared;
}

/** @throws DataError that names the file, and what to choose by options */
function preparedAs(table: ReadTable, given: string, choice: TableChoice): TableData {
  try {
    return prepareTable(`'${given}'`, table, choice);
  } catch (error) {
    const passed = passedOver(table, choice);
    const isNone = error instanceof DataError && error.message.startsWith('there is no column');
    const has = passed === '' ? 'no other' : passed;
    const named = isNone
      ? new DataError(`${error.message}. The table has ${has}`, { cause: error })
      : error;
    throw ofData(named, given);
  }
}
