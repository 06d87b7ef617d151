import { isMissing, numberForm } from './fields.ts';
import { type Pieces, ROWS_A_PIECE } from './in-pieces.ts';
import { byText } from './text-order.ts';

/** What a column holds: numbers, one of some texts, always the same, or a different text in most rows. */
export type ColumnKind = 'number' | 'category' | 'constant' | 'texts';

/** A column of a table, as it was read. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Rows without a value. */
  readonly missing: number;
  /** Its different values, missing ones aside: all of a category, sorted; of others the first ones. */
  readonly values: readonly string[];
  /** How many different values it has; counted up to {@link COUNTED}. */
  readonly distinct: number;
  /** Whether its numbers have decimal commas. */
  readonly comma: boolean;
  /** Of numbers, whether all are whole. */
  readonly whole: boolean;
  /** Of a column most of whose values are numbers, but not all: it is taken as texts, or these are taken as missing. */
  readonly slips?: Slips;
}

/** Texts in a column of numbers. */
export interface Slips {
  /** How many of its values are numbers, and how many are not. */
  readonly numbers: number;
  readonly texts: number;
  /** The first text, and the number of its row, from 1 below the names. */
  readonly text: string;
  readonly row: number;
  /** Whether the numbers have decimal commas. */
  readonly comma: boolean;
}

/** Most different values of a category; more are no categories to learn from. */
export const MOST_VALUES = 100;
const COUNTED = 10_000;
/** Characters of a slip that are kept. */
const LONGEST = 60;

/**
 * Finds out what a column of a table holds, in pieces.
 *
 * @param i its place
 * @param commas whether numbers may have decimal commas
 */
export function* columnOf(
  name: string,
  rows: readonly (readonly string[])[],
  i: number,
  commas: boolean,
): Pieces<Column> {
  const values = new Set<string>();
  let [missing, whole, filled] = [0, true, 0];
  // The fields that are no numbers with a point, and none with a comma.
  const [points, comma] = [texts(numberForm(false)), texts(numberForm(true))];
  for (const [at, row] of rows.entries()) {
    if (at % ROWS_A_PIECE === 0) yield;
    const text = row[i];
    if (isMissing(text)) {
      missing++;
      continue;
    }
    filled++;
    if (values.size < COUNTED) values.add(text.trim());
    points.take(text.trim(), at);
    if (commas) comma.take(text.trim(), at);
    whole &&= /^[+-]?\d+$/.test(text.trim());
  }
  const isComma = commas && comma.count === 0;
  const isNumber = filled > 0 && (points.count === 0 || isComma);
  const distinct = values.size;
  const kind: ColumnKind =
    distinct < 2 ? 'constant' : isNumber ? 'number' : distinct > MOST_VALUES ? 'texts' : 'category';
  const sorted = [...values].sort(byText);
  return {
    ...{ name, kind, missing, distinct },
    values: sorted.slice(0, MOST_VALUES),
    // What reads the same with a point is read with a point.
    comma: isNumber && points.count > 0,
    whole: isNumber && whole,
    ...(isNumber ? {} : slipsOf(filled, points, commas ? comma : points)),
  };
}

/** Counts the texts that do not have the form of numbers. */
function texts(form: RegExp) {
  const found = {
    count: 0,
    text: '',
    row: 0,
    take(text: string, at: number): void {
      if (form.test(text)) return;
      if (found.count === 0) [found.text, found.row] = [text, at + 1];
      found.count++;
    },
  };
  return found;
}

type Texts = ReturnType<typeof texts>;

/** @param filled values that are there */
function slipsOf(filled: number, points: Texts, commas: Texts): Pick<Column, 'slips'> {
  const comma = commas.count < points.count;
  const { count, text, row } = comma ? commas : points;
  if (2 * count >= filled) return {};
  return {
    slips: { numbers: filled - count, texts: count, text: text.slice(0, LONGEST), row, comma },
  };
}

/** How many different values a column has, in words. */
export const distinctText = ({ distinct }: Pick<Column, 'distinct'>): string =>
  distinct < COUNTED ? String(distinct) : '10,000+';
