import { strictNumberOf } from '../../../own/fields.ts';
import { inTable } from '../../numbers.ts';

/** What a number may look like, with a point; and with thousands apart from their decimals. */
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const GROUPED = /^[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*([.,])\d+$/;

/** A number of a column as its table writes it: see {@link inTable}. */
export const columnNumber = (value: number, comma = false): string => inTable(String(value), comma);

/**
 * The number that somebody typed, with a decimal point or comma. One that can be read in two ways, such as 1.234, is read as in the
 * table.
 *
 * @param comma whether the table has the column's numbers with decimal commas
 * @returns NaN for nothing, which is a missing value; undefined if it is no number
 */
export function typedNumber(text: string, comma = false): number | undefined {
  const given = text.trim().replace(/[−–]/g, '-');
  if (given === '') return Number.NaN;
  const asInTable = comma ? strictNumberOf(given, comma) : Number.NaN;
  if (Number.isFinite(asInTable)) return asInTable;
  const [, thousands, decimals] = GROUPED.exec(given) ?? [];
  const plain =
    thousands !== undefined && thousands !== decimals
      ? given.replaceAll(thousands, '').replace(',', '.')
      : given.replace(',', '.');
  const value = PLAIN.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Whether the point of a typed number sets thousands apart, as in a table with decimal commas, where it could be a decimal point. */
export const hasThousandsPoint = (text: string, comma = false): boolean =>
  comma && /^\s*[+\-−–]?[1-9]\d{0,2}\.\d{3}\s*$/.test(text);

/** A value as a field has it: its text, and its number, of which no digit is lost. */
export interface FieldValue {
  readonly text: string;
  readonly value: number;
}

/** A number as a field shows it; nothing for NaN. @param comma as of {@link columnNumber} */
export const fieldValue = (value: number, comma = false): FieldValue => ({
  text: Number.isNaN(value) ? '' : columnNumber(value, comma),
  value,
});

/**
 * What somebody typed, in the page's language of now.
 *
 * @param own what the page wrote into the field, and its number
 * @param comma as of {@link typedNumber}
 * @returns undefined for what is no number, which stays as it is
 */
export function saidAgain(text: string, own: FieldValue, comma = false): FieldValue | undefined {
  const value = text === own.text ? own.value : typedNumber(text, comma);
  return value === undefined ? undefined : fieldValue(value, comma);
}
