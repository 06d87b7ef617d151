import type { TextTable } from './csv.ts';
import { isMissing, numberOf } from './fields.ts';

/** Characters of a column's name that are kept. */
const LONGEST = 60;
/** Rows below the first line that are looked at for numbers. */
const LOOKED_AT = 20;

/**
 * Whether the first line of a table has the names of its columns: if none of its fields is a number, and either all are there and
 * differ, or there are numbers below.
 *
 * @param commas whether numbers may have decimal commas
 */
export function hasNames([first = [], ...rows]: TextTable['rows'], commas: boolean): boolean {
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

/** Names of columns. Each has its own: what is called as a column before it gets a number. */
export function namesOf(texts: readonly string[]): string[] {
  const names = new Set<string>();
  for (const [i, text] of texts.entries()) {
    const name = text.trim().slice(0, LONGEST) || `column ${i + 1}`;
    let own = name;
    for (let count = 2; names.has(own); count++) own = `${name} (${count})`;
    names.add(own);
  }
  return [...names];
}
