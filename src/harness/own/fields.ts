/** Fields of a table: whether one has a value, and which number it is. */
import type { Separator } from './csv.ts';

const MISSING: ReadonlySet<string> = new Set(['', '?', '-', 'na', 'n/a', 'nan', 'null', 'none']);

/** Whether a field has no value. */
export const isMissing = (text: string): boolean => MISSING.has(text.trim().toLowerCase());

const POINT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const COMMA = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?$/;

/** The form of numbers with a decimal comma, or with a point. */
export const numberForm = (comma: boolean): RegExp => (comma ? COMMA : POINT);

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
