/** A table as a choice by names says to learn from it, as the command takes it. */
import { DataError, OptionError } from '../../errors.ts';
import { type Column, isClass, likelyTarget, type ReadTable, readColumns } from './columns.ts';
import { MOST_BYTES, parseTable, tableText } from './csv.ts';
import type { TableChoice } from './table.ts';

/** What to learn, by names. */
export interface NamedChoice {
  /** The column to learn. */
  readonly target: string;
  /** `class` or `number`. Default: what the column is likely to be. */
  readonly learn?: string | undefined;
  /** Columns that are not learned from, with commas between them; a name with a comma in it is put between quotes. Default none. */
  readonly leaveOut?: string | undefined;
  /** `leave-out` or `mean`: what happens to rows without a value. Default `leave-out`. */
  readonly missing?: string | undefined;
}

/**
 * Reads a table of comma-separated values.
 *
 * @param name for messages
 * @throws DataError if it is too large, no table, or has no rows; it names the line
 */
export function readTable(bytes: Uint8Array, name: string): ReadTable {
  if (bytes.length > MOST_BYTES) {
    throw new DataError(
      `${name} has ${Math.round(bytes.length / 2 ** 20)} MiB; at most ${MOST_BYTES / 2 ** 20} are read. Give a part of its rows or columns`,
    );
  }
  try {
    const read = readColumns(parseTable(tableText(bytes)));
    if (read.rows.length > 0) return read;
    throw new DataError('there are no rows below the first line');
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${name}: ${error.message}`, { cause: error });
  }
}

/** Most columns that a message names. */
const LISTED = 20;

/** Names with commas between, of many the first ones. */
export function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The columns that can be learned, and the likely one, for a message. */
export function targetsText({ columns }: ReadTable): string {
  const able = columns.filter(({ kind }) => kind === 'number' || kind === 'category');
  if (able.length === 0) return 'It has no column that can be learned: of numbers, or of classes';
  const likely = columns[likelyTarget(columns)];
  return `Its columns are ${listed(able.map(({ name }) => name))}${likely ? `; probably ${likely.name}` : ''}`;
}

/**
 * The columns of a table that a choice by names means. All others are learned from, but for those that are left out.
 *
 * @param prefix what options' names begin with in messages. Default none
 * @throws OptionError if there is no such column, or none is left to learn from
 */
export function chosen(
  table: ReadTable,
  { target, learn, leaveOut, missing }: NamedChoice,
  prefix = '',
): TableChoice {
  const { columns } = table;
  const at = columns.findIndex(({ name }) => name === target);
  if (at < 0) {
    throw new OptionError(
      `${prefix}target ${target} was given; there is no such column. ${targetsText(table)}`,
    );
  }
  const out = leaveOut === undefined ? [] : leftOut(table, at, leaveOut, `${prefix}leave-out`);
  const from = columns.map((_, i) => i).filter((i) => i !== at && !out.includes(i));
  if (from.length === 0 && out.length > 0) {
    throw new OptionError(
      `${prefix}leave-out ${leaveOut} was given; no column is left to learn ${target} from. Leave fewer out`,
    );
  }
  return {
    target: at,
    learn: learnOf(columns[at], learn),
    from,
    missing: missing === 'mean' ? 'mean' : 'leave-out',
  };
}

/**
 * The places of columns that are left out.
 *
 * @param option its name in messages
 * @throws OptionError if a name is no column's, or that of the column to learn
 */
function leftOut({ columns }: ReadTable, target: number, text: string, option: string): number[] {
  return namesIn(text, columns, option).map((name) => {
    const at = columns.findIndex((column) => column.name === name);
    if (at >= 0 && at !== target) return at;
    const others = columns.flatMap((column, i) => (i === target ? [] : [column.name]));
    const why = at < 0 ? 'there is no such column' : 'that is the column to learn';
    throw new OptionError(
      `${option} ${name || JSON.stringify(name)} was given; ${why}. ${
        others.length === 0
          ? 'There are no others'
          : `Those to learn from are ${listed(others)}; put commas between names, and a name with a comma in it between quotes`
      }`,
    );
  });
}

/** Names with commas between them, as a row of a table has them; one name may have commas. */
function namesIn(text: string, columns: readonly Column[], option: string): string[] {
  if (columns.some(({ name }) => name === text.trim())) return [text.trim()];
  try {
    const [names = ['']] = parseTable(text, ',').rows;
    return names.map((name) => name.trim());
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new OptionError(
      `${option} ${text} was given; its quotes do not fit. Put a name with a comma in it between quotes, and others without`,
      { cause: error },
    );
  }
}

function learnOf(column: Column, learn: string | undefined): TableChoice['learn'] {
  if (learn === 'class' || learn === 'number') return learn;
  return isClass(column) ? 'class' : 'number';
}
