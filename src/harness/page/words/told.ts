/** Texts that others write in English, such as messages of the engine, in the reader's language. */
import { fill } from '../../fill.ts';
import { sayOf } from './words.ts';

/** What a text is in the reader's language of then; undefined if it is none of those that are known. */
export type Teller = (text: string) => (() => string) | undefined;

const escaped = (text: string): string => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');

/** A text with places as a pattern. */
const patternOf = (text: string, before: string, after: string): RegExp => {
  const inner = escaped(text)
    .replaceAll('’', "['’]")
    .replace(/\{(\w+)\}/g, '(?<$1>.+?)');
  return new RegExp(`^(?<_>${before})${inner}${after}$`, 's');
};

/**
 * Knows texts with places, such as `at most {most} are read`.
 *
 * @param around patterns of what may stand before a text, which is kept, and after it, which is not
 * @param placed what stands in a place, in the reader's language. Default: as it is
 */
export function tellerOf(
  texts: readonly string[],
  around: { readonly before?: string; readonly after?: string } = {},
  placed: (value: string, place: string) => string = (value) => value,
): Teller {
  let patterns: readonly (readonly [string, RegExp])[] | undefined;
  return (told) => {
    const { before = '', after = '' } = around;
    patterns ??= texts.map((text) => [text, patternOf(text, before, after)]);
    for (const [text, pattern] of patterns) {
      const found = pattern.exec(told);
      if (!found) continue;
      const { _: first = '', ...values } = found.groups ?? {};
      return () =>
        first +
        fill(
          sayOf(text),
          Object.fromEntries(
            Object.entries(values).map(([place, value]) => [place, placed(value, place)]),
          ),
        );
    }
    return undefined;
  };
}
