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
const draws = new WeakMap<Element, () => void>();

/** Marks elements that {@link put} and {@link redrawn} say again in another language; `whole`, if with all that is in them. */
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
  const set = (): void => {
    element.textContent = text();
  };
  draws.set(element, set);
  element.setAttribute(MARK, '');
  set();
}

/** Draws what is in an element now, and again if the language changes while it stands in the page. */
export function redrawn(element: Element, draw: () => void): void {
  draws.set(element, draw);
  element.setAttribute(MARK, 'whole');
  draw();
}

/** Calls back when the language changes, for as long as the page is there; see {@link redrawn} for what comes and goes. */
export function onLanguage(redraw: () => void): void {
  changed.add(redraw);
}

/** Lets the page answer its reader before it goes on. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Speaks another language from now on. Views are drawn one after the other, each in a task of its own.
 *
 * @returns the table of the language before, when all is said
 */
export async function speak(language: Language, table: Table): Promise<Table> {
  const before = spoken.table;
  spoken = { language, table };
  if (typeof document === 'undefined') return before;
  await pause();
  for (const element of document.querySelectorAll(`[${MARK}]`)) {
    // One that stood in another, which was drawn anew, is gone.
    if (element.isConnected) draws.get(element)?.();
  }
  for (const redraw of changed) {
    await pause();
    redraw();
  }
  await pause();
  return before;
}
