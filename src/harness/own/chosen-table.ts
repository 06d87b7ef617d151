/** A table as a choice by names says to learn from it, as the command takes it. */
import { DataError, OptionError } from '../../errors.ts';
import type { Column } from './column.ts';
import { isClass, likelyTarget, type ReadTable, readColumns } from './columns.ts';
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

/** A column's name as it is given among others: between quotes if it has a comma. */
export const fieldOf = (name: string): string =>
  /[,\r\n]|^"/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;

/** Texts with commas between, of many the first ones. */
export function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The columns that can be learned, and the likely one, for a message. */
export function targetsText({ columns }: ReadTable): string {
  const able = columns.filter(({ kind }) => kind === 'number' || kind === 'category');
  if (able.length === 0) return 'It has no column that can be learned: of numbers, or of classes';
  const likely = columns[likelyTarget(columns)];
  return `Its columns are ${listed(able.map(({ name }) => fieldOf(name)))}${likely ? `; probably ${fieldOf(likely.name)}` : ''}`;
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
 * A table some of whose columns are numbers, though they hold texts, too: these are missing values.
 *
 * @param text the columns' names, with commas between them. Default none
 * @param prefix what the option's name begins with in messages. Default none
 * @throws OptionError if there is no such column, or fewer than half of its values are numbers
 */
export function withNumbers(table: ReadTable, text: string | undefined, prefix = ''): ReadTable {
  if (text === undefined) return table;
  const { columns, rows, separator, named } = table;
  const option = `${prefix}numbers`;
  const numbers = namesIn(text, columns, option).map((name) => {
    const at = columns.findIndex((column) => column.name === name);
    const { kind, slips } = columns[at] ?? {};
    if (slips || kind === 'number' || kind === 'constant') return at;
    const able = columns.filter((column) => column.slips).map((column) => fieldOf(column.name));
    const why = at < 0 ? 'there is no such column' : 'no more than half of its values are numbers';
    throw new OptionError(
      `${option} ${name || JSON.stringify(name)} was given; ${why}. ${
        able.length === 0
          ? 'No column has numbers and texts'
          : `Those that have numbers and some texts are ${listed(able)}`
      }`,
    );
  });
  const names = named ? [columns.map(({ name }) => name)] : [];
  return readColumns({ separator, rows: [...names, ...rows] }, named, numbers);
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
    const others = columns.flatMap((column, i) => (i === target ? [] : [fieldOf(column.name)]));
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
  const [names, ...more] = rowsOfNames(text, option);
  if (more.length === 0) return names;
  throw new OptionError(
    `${option} ${JSON.stringify(text)} was given, which has several lines. Put commas between names, and a name with a line's end in it between quotes`,
  );
}

/** Names in each line of a text. */
export function rowsOfNames(text: string, option: string): string[][] {
  try {
    // A space may be between a comma and a quote; where quotes are doubled, it may be a name's.
    const fields = text.includes('""') ? text : text.replaceAll(/, +"/g, ',"');
    const { rows } = parseTable(fields.trim(), ',');
    return rows.length === 0 ? [['']] : rows.map((row) => row.map((name) => name.trim()));
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
