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

/** The columns that can be learned, and the likely one, for a message. */
export function targetsText({ columns }: ReadTable): string {
  const able = columns.filter(({ kind }) => kind === 'number' || kind === 'category');
  if (able.length === 0) return 'It has no column that can be learned: of numbers, or of classes';
  const names = able.slice(0, LISTED).map(({ name }) => name);
  if (able.length > LISTED) names.push(`and ${able.length - LISTED} more`);
  const likely = columns[likelyTarget(columns)];
  return `Its columns are ${names.join(', ')}${likely ? `; probably ${likely.name}` : ''}`;
}

/**
 * The columns of a table that a choice by names means. All others are learned from.
 *
 * @param prefix what options' names begin with in messages. Default none
 * @throws OptionError if there is no such column
 */
export function chosen(
  table: ReadTable,
  { target, learn, missing }: NamedChoice,
  prefix = '',
): TableChoice {
  const { columns } = table;
  const at = columns.findIndex(({ name }) => name === target);
  if (at < 0) {
    throw new OptionError(
      `${prefix}target ${target} was given; there is no such column. ${targetsText(table)}`,
    );
  }
  return {
    target: at,
    learn: learnOf(columns[at], learn),
    from: columns.map((_, i) => i).filter((i) => i !== at),
    missing: missing === 'mean' ? 'mean' : 'leave-out',
  };
}

function learnOf(column: Column, learn: string | undefined): TableChoice['learn'] {
  if (learn === 'class' || learn === 'number') return learn;
  return isClass(column) ? 'class' : 'number';
}
