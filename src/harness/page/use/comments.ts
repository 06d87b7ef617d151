/** Comments of programs, in the reader's language. None has a line's end. */
import { say } from '../words/words.ts';
import type { ModelFacts } from './model-facts.ts';

/** What the bytes of an image are. */
export function imageText({ input, exchanged }: ModelFacts): string {
  if (input.image?.channels === 3) {
    return say('Row by row: red, green and blue of each pixel, 0 to 255.');
  }
  switch (exchanged) {
    case 'if light':
      return say(
        'Row by row; 0 is black. It learned light on dark: a photo with a light edge is inverted.',
      );
    case 'always':
      return say('Row by row; 0 is black. Inverted, as those that it learned from.');
    case 'never':
      return say('Row by row; 0 is black.');
    default:
      return say(
        'Row by row; 0 is black. If it learned light on dark and the photo is dark on light, take 255 minus each.',
      );
  }
}

/** Where a program for a page stands. */
export const PLACE = (): string =>
  say('A module of a page, for a bundler such as Vite; the model’s file lies beside the page.');

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
