/**
 * The page's texts in the reader's language. As with gettext, the English text is the key: code says it where it is used, and a
 * table has the others. A test reads the keys from the sources.
 */

import { fill, type Values } from '../../fill.ts';

export type Language = 'en' | 'es';

/** The English text of each key, in another language. */
export type Table = Readonly<Record<string, string>>;

interface Spoken {
  readonly language: Language;
  readonly table: Table;
}

let spoken: Spoken = { language: 'en', table: {} };

const changed = new Set<() => void>();
const texts = new WeakMap<Element, () => string>();

/** Marks elements whose texts {@link put} says again in another language. */
const MARK = 'data-said';

export const language = (): Language => spoken.language;

/**
 * A text in the page's language.
 *
 * @param english one literal, with places such as `{count}`
 */
export const say = (english: string, values: Values = {}): string => fill(sayOf(english), values);

/** As {@link say}, for a text that stands elsewhere, such as the label of a network. It comes back as it is if no table has it. */
export const sayOf = (english: string): string =>
  Object.hasOwn(spoken.table, english) ? spoken.table[english] : english;

/** Sets an element's text now, and again if the language changes. */
export function put(element: Element, text: () => string): void {
  texts.set(element, text);
  element.setAttribute(MARK, '');
  element.textContent = text();
}

/** Calls back when the language changes. */
export function onLanguage(redraw: () => void): void {
  changed.add(redraw);
}

/**
 * Speaks another language from now on.
 *
 * @returns the table of the language before
 */
export function speak(language: Language, table: Table): Table {
  const before = spoken.table;
  spoken = { language, table };
  if (typeof document === 'undefined') return before;
  for (const element of document.querySelectorAll(`[${MARK}]`)) {
    const text = texts.get(element);
    if (text) element.textContent = text();
  }
  for (const redraw of changed) redraw();
  return before;
}
