import { DataError } from '../../errors.ts';
import { atOnce, type Pieces, ROWS_A_PIECE } from './in-pieces.ts';

/** What separates the fields of a row. */
export type Separator = ',' | ';' | '\t';

/** A table of texts, as a file has it. */
export interface TextTable {
  readonly separator: Separator;
  /** Each of as many fields as the first. */
  readonly rows: readonly (readonly string[])[];
}

/** Most bytes of a file: it is held as text and as numbers at the same time. */
export const MOST_BYTES = 100 * 2 ** 20;
/** Most fields of a table. */
const MOST_FIELDS = 20_000_000;
/** Most fields of a row. */
const MOST_COLUMNS = 2000;
/** Characters from which the separator is guessed. */
const GUESSED = 64 * 1024;

const SEPARATORS: readonly Separator[] = [',', ';', '\t'];
const QUOTE = '"';

/**
 * Reads a file of comma-separated values (RFC 4180): fields may be quoted, and then hold separators, line breaks and doubled quotes.
 * Lines may end with LF, CRLF or CR; empty lines are passed over. Semicolons and tabs separate, too.
 *
 * @param separator default: the one that gives the first lines the most fields
 * @throws DataError if a quote is not closed, rows differ in their fields, or there is too much; it names the line
 */
export const parseTable = (text: string, separator?: Separator): TextTable =>
  atOnce(parsing(text, separator));

/** As {@link parseTable}, in pieces. */
export function* parsing(text: string, separator = guessed(text)): Pieces<TextTable> {
  const rows: string[][] = [];
  let fields = 0;
  for (const { row, line } of rowsOf(text, separator)) {
    if (rows.length % ROWS_A_PIECE === 0) yield;
    if (rows.length > 0 && row.length !== rows[0].length) {
      throw new DataError(
        `line ${line} has another number of fields than the first line: ${row.length}, not ${rows[0].length}. Each line needs as many; put a field with a separator in it between quotes`,
      );
    }
    if (row.length > MOST_COLUMNS) {
      throw new DataError(
        `line ${line} has ${row.length} fields; at most ${MOST_COLUMNS} are read. Leave columns out, or check the separator`,
      );
    }
    fields += row.length;
    if (fields > MOST_FIELDS) {
      throw new DataError(
        `the table has more than ${MOST_FIELDS} fields. Leave rows or columns out`,
      );
    }
    rows.push(row);
  }
  return { separator, rows };
}

/** The separator of the first lines: the one with which the first rows have the same number of fields, and the most. */
function guessed(text: string): Separator {
  const head = text.slice(0, GUESSED);
  const widths = SEPARATORS.map((separator) => widthOf(head, separator, head.length < text.length));
  return SEPARATORS[widths.indexOf(Math.max(...widths))];
}

/**
 * How many fields the rows of a text have. Between 1 and 2 if they cannot be read with the separator, but its first line has more
 * than one: then a table of one column is less likely than one with a quote that is not closed.
 *
 * @param isCut whether the text goes on
 */
function widthOf(head: string, separator: Separator, isCut: boolean): number {
  const counts: number[] = [];
  try {
    for (const { row } of rowsOf(head, separator)) counts.push(row.length);
    // The last one may be cut off.
    if (isCut && counts.length > 1) counts.pop();
  } catch {
    // So may a quote.
    if (!isCut || counts.length === 0) {
      const fields = counts[0] ?? head.split(/[\r\n]/, 1)[0].split(separator).length;
      return fields > 1 ? 2 - 1 / fields : 0;
    }
  }
  return counts.every((count) => count === counts[0]) ? (counts[0] ?? 0) : 1;
}

/** The rows of a text, with the line that each begins in, from 1. */
function* rowsOf(
  text: string,
  separator: Separator,
): Generator<{ readonly row: string[]; readonly line: number }> {
  const end = text.length;
  // A byte order mark is none of the first field.
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < end) {
    const begun = line;
    const row: string[] = [];
    for (;;) {
      if (text[at] === QUOTE) {
        const closed = closing(text, at, begun);
        row.push(text.slice(at + 1, closed).replaceAll('""', QUOTE));
        line += breaks(text, at, closed);
        at = closed + 1;
        if (at < end && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') {
          throw new DataError(
            `line ${line} has characters behind a closing quote. Double quotes that belong to a field`,
          );
        }
      } else {
        const from = at;
        while (at < end && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++;
        row.push(text.slice(from, at));
      }
      if (text[at] !== separator || at >= end) break;
      at++;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    line++;
    if (row.length > 1 || row[0].trim() !== '') yield { row, line: begun };
  }
}

/** Where the quote is that closes a field. */
function closing(text: string, open: number, line: number): number {
  for (let at = text.indexOf(QUOTE, open + 1); at >= 0; at = text.indexOf(QUOTE, at + 2)) {
    if (text[at + 1] !== QUOTE) return at;
  }
  throw new DataError(`line ${line} has a quote that is never closed. Close it, or leave it out`);
}

function breaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1))
    count++;
  return count;
}

/**
 * A file's text: UTF-8, UTF-16 with a byte order mark, or else Windows-1252, which older spreadsheets write.
 *
 * @throws DataError if it is larger than {@link MOST_BYTES}, empty, or no text
 */
export function tableText(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new DataError('the file is empty');
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : undefined;
  const text = wide ? new TextDecoder(wide).decode(bytes) : narrow(bytes);
  if (text.includes('\0')) {
    throw new DataError(
      'the file is no text. Save the table as CSV; no other format of a spreadsheet is read',
    );
  }
  return text;
}

function narrow(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
