import { make } from '../dom.ts';
import { put } from './words.ts';

/** Creates an element with one text that follows the language; see `make` and {@link put}. */
export function said<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Parameters<typeof make>[1],
  text: () => string,
): HTMLElementTagNameMap[K] {
  const element = make(tag, attributes);
  put(element, text);
  return element;
}
