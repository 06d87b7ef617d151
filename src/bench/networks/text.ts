/**
 * A text that is made, so that a run needs no file: sentences of invented words, some with numbers. It has 65 characters:
 * letters of both cases, digits, space, line break and full stop.
 */

/** Random integers from 0 to below 2³², the same in every run (Marsaglia's xorshift32). */
export function* xorshift(seed = 2463534242): Generator<number, never> {
  let state = seed;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** Words may also begin with a vowel. */
const ONSETS = ['', '', '', ...'bcdfghjklmnpqrstvwxyz', ...'br ch dr fl gr pl st th tr'.split(' ')];
const VOWELS = 'a e i o u ai ea ou'.split(' ');
const WORDS = 400;

/** The characters by their tokens. */
export const VOCABULARY = [...'\n .0123456789', ...LETTERS.toUpperCase(), ...LETTERS];

/** The first `length` characters of the text. */
export function madeText(length: number): string {
  const random = xorshift();
  const below = (n: number): number => random.next().value % n;
  const of = (list: readonly string[]): string => list[below(list.length)];
  const words = Array.from({ length: WORDS }, () =>
    Array.from({ length: 1 + below(3) }, () => of(ONSETS) + of(VOWELS)).join(''),
  );
  // Frequent words come first, as in languages.
  const word = (): string => words[Math.min(below(WORDS), below(WORDS), below(WORDS))];
  let text = '';
  while (text.length < length) {
    const sentence = Array.from({ length: 4 + below(6) }, () =>
      below(20) === 0 ? String(below(1000)) : word(),
    ).join(' ');
    text += `${sentence[0].toUpperCase()}${sentence.slice(1)}.${below(4) === 0 ? '\n' : ' '}`;
  }
  return text.slice(0, length);
}

/** The tokens of the text. */
export function madeTokens(length: number): Uint8Array {
  const tokens = new Map(VOCABULARY.map((character, token) => [character, token]));
  return Uint8Array.from(madeText(length), (character) => tokens.get(character) ?? 0);
}
