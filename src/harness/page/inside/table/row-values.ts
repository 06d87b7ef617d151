/** What a number may look like, with a point; and with thousands apart from their decimals. */
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const GROUPED = /^[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*([.,])\d+$/;

/**
 * The number that somebody typed, with a decimal point or comma.
 *
 * @returns NaN for nothing, which is a missing value; undefined if it is no number
 */
export function typedNumber(text: string): number | undefined {
  const given = text.trim().replace(/^[−–]/, '-');
  if (given === '') return Number.NaN;
  const [, thousands, decimals] = GROUPED.exec(given) ?? [];
  const plain =
    thousands !== undefined && thousands !== decimals
      ? given.replaceAll(thousands, '').replace(',', '.')
      : given.replace(',', '.');
  const value = PLAIN.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
