/** Comments of programs, in the reader's language. None has a line's end. */
import { say } from '../words/words.ts';
import type { ModelFacts } from './model-facts.ts';

/** What the bytes of an image are. */
export const imageText = ({ input }: ModelFacts): string =>
  input.image?.channels === 3
    ? say('Row by row: red, green and blue of each pixel, 0 to 255.')
    : say(
        'Row by row; 0 is black. If it learned light on dark and the photo is dark on light, take 255 minus each.',
      );

/** Of the beginning of a text that a network writes on. */
export const CONTINUED = (): string => say('what it continues, of characters that it knows');

export const LARGEST = (): string => say('The class of the largest output.');

export const TOKENS = (): string =>
  say('Numbers of characters: their places in the vocabulary, a text in the file’s metadata.');

export const NEXT = (): string =>
  say('for each place, a number for each character that may come next');

/** @param nothing what stands where a row has no value */
export const absent = (nothing: 'null' | 'None'): string =>
  say('{nothing}: there is no value', { nothing });
