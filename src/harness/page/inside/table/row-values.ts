import { strictNumberOf } from '../../../own/columns.ts';
import { local } from '../../numbers.ts';

/** What a number may look like, with a point; and with thousands apart from their decimals. */
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const GROUPED = /^[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*([.,])\d+$/;

/** A number of a column as its table writes it: with a decimal comma if the table has such, in any language. */
export const columnNumber = (value: number, comma = false): string =>
  comma ? String(value).replace('.', ',') : local(String(value));

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
