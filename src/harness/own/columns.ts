import type { Separator, TextTable } from './csv.ts';
import { atOnce, type Pieces, ROWS_A_PIECE } from './in-pieces.ts';

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

/** A table whose columns are known. */
export interface ReadTable {
  readonly separator: Separator;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Whether the first line has the columns' names. */
  readonly named: boolean;
}

/** Most different values of a category; more are no categories to learn from. */
export const MOST_VALUES = 100;
const COUNTED = 10_000;
/** Characters of a column's name, and of a slip, that are kept. */
const LONGEST_NAME = 60;

const MISSING: ReadonlySet<string> = new Set(['', '?', '-', 'na', 'n/a', 'nan', 'null', 'none']);

/** Whether a field has no value. */
export const isMissing = (text: string): boolean => MISSING.has(text.trim().toLowerCase());

const POINT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const COMMA = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?$/;

/** A field's number; NaN if it is none. */
export function numberOf(text: string, comma: boolean): number {
  const shown = text.trim();
  if (!comma) return POINT.test(shown) ? Number(shown) : Number.NaN;
  return COMMA.test(shown)
    ? Number(shown.replaceAll('.', '').replace(',', '.'))
    : numberOf(shown, false);
}

/** What says how the numbers of a column are written. */
interface Written {
  /** Its fields, missing ones aside. */
  readonly texts: readonly string[];
  readonly separator: Separator;
  /** Whether it is the only column: then its separator is a guess. */
  readonly alone: boolean;
}

/**
 * Whether the numbers of a column have decimal commas. One that reads in both ways, as 1.234 does, and one that reads in neither, is
 * taken as another one of its name.
 */
export function hasCommas({ texts, separator, alone }: Written, other: boolean): boolean {
  if (separator === ',' && !alone) return false;
  const [points, commas] = [POINT, COMMA].map((form) =>
    texts.every((text) => form.test(text.trim())),
  );
  return points === commas ? other : commas;
}

/** A field's number as numbers of its column are written; NaN if it is none, or written in the other way. */
export const strictNumberOf = (text: string, comma: boolean): number =>
  comma && !COMMA.test(text.trim()) ? Number.NaN : numberOf(text, comma);

/**
 * Finds out what the columns of a table hold.
 *
 * @param named whether the first line has their names. Default: if none of its fields is a number, and either all are there and
 * differ, or there are numbers below
 * @param numbers columns that hold numbers: a text in them is a missing value
 */
export const readColumns = (
  table: TextTable,
  named?: boolean,
  numbers?: readonly number[],
): ReadTable => atOnce(readingColumns(table, named, numbers));

/** As {@link readColumns}, in pieces. */
export function* readingColumns(
  { separator, rows }: TextTable,
  given?: boolean,
  numbers: readonly number[] = [],
): Pieces<ReadTable> {
  const commas = separator !== ',';
  const named = given ?? hasNames(rows, commas);
  const [first = []] = rows;
  const body = named ? rows.slice(1) : rows;
  const columns: Column[] = [];
  for (const [i, name] of namesOf(named ? first : first.map(() => '')).entries()) {
    columns.push(yield* columnOf(name, body, i, commas));
  }
  const forms = new Map<number, RegExp>();
  for (const i of numbers) {
    const slips = columns[i]?.slips;
    if (slips) forms.set(i, slips.comma ? COMMA : POINT);
  }
  if (forms.size === 0) return { separator, columns, rows: body, named };
  yield;
  const cleared = body.map((row) =>
    row.map((text, i) => (forms.get(i)?.test(text.trim()) === false ? '' : text)),
  );
  for (const i of forms.keys()) {
    const { name, slips } = columns[i];
    columns[i] = { ...(yield* columnOf(name, cleared, i, commas)), ...(slips ? { slips } : {}) };
  }
  return { separator, columns, rows: cleared, named };
}

/** Rows below the first line that are looked at for numbers. */
const LOOKED_AT = 20;

function hasNames([first = [], ...rows]: TextTable['rows'], commas: boolean): boolean {
  if (!first.every((text) => Number.isNaN(numberOf(text, true)))) return false;
  const names = first.map((text) => text.trim());
  if (new Set(names).size === names.length && !names.some(isMissing)) return true;
  // Names may be given twice, or not at all, as that of a row's number; texts above numbers are names.
  const below = rows.slice(0, LOOKED_AT);
  return names.some((name, i) => {
    const known = below.map((row) => row[i]).filter((text) => !isMissing(text));
    const numbers =
      known.length > 0 && known.every((text) => !Number.isNaN(numberOf(text, commas)));
    return numbers && !isMissing(name);
  });
}

/** Each its own: what is called as a column before it gets a number. */
function namesOf(texts: readonly string[]): string[] {
  const names = new Set<string>();
  for (const [i, text] of texts.entries()) {
    const name = text.trim().slice(0, LONGEST_NAME) || `column ${i + 1}`;
    let own = name;
    for (let count = 2; names.has(own); count++) own = `${name} (${count})`;
    names.add(own);
  }
  return [...names];
}

function* columnOf(
  name: string,
  rows: readonly (readonly string[])[],
  i: number,
  commas: boolean,
): Pieces<Column> {
  const values = new Set<string>();
  let [missing, whole, filled] = [0, true, 0];
  // The fields that are no numbers with a point, and none with a comma.
  const [points, comma] = [texts(POINT), texts(COMMA)];
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

/** Counts the texts that have not the form of numbers. */
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

/** @param filled values that are there */
function slipsOf(filled: number, points: Texts, commas: Texts): Pick<Column, 'slips'> {
  const comma = commas.count < points.count;
  const { count, text, row } = comma ? commas : points;
  if (2 * count >= filled) return {};
  return {
    slips: { numbers: filled - count, texts: count, text: text.slice(0, LONGEST_NAME), row, comma },
  };
}

type Texts = ReturnType<typeof texts>;

// Made once: one for each comparison takes most of the time of a large table.
const { compare } = new Intl.Collator('en', { numeric: true });

/** Sorts texts as people do: numbers in them by their values. */
export const byText = (a: string, b: string): number => compare(a, b) || (a < b ? -1 : 1);

/** The column that is likely to be learned: the last one that can be. */
export function likelyTarget(columns: readonly Column[]): number {
  const named = columns.findIndex(({ name }) =>
    /^(class|label|target|species|y|clase)$/i.test(name),
  );
  if (named >= 0 && columns[named].kind !== 'constant') return named;
  return columns.findLastIndex(({ kind }) => kind === 'number' || kind === 'category');
}

/** Whether a column is rather a class than a number. */
export const isClass = ({ kind, distinct, whole }: Column): boolean =>
  kind === 'category' || (kind === 'number' && whole && distinct <= 12);
