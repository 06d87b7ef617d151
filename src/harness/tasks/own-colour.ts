import { Query } from './query.ts';

/** In which colours the visitor's images are made, by their names in the address: left out, in colour if some have any. */
export const COLOURS = ['grey', 'rgb'] as const;

/** Rows and columns that they get. */
export const SIDES = [28, 32, 64] as const;

/**
 * Checks that images that were given are as an address asks for.
 *
 * @param channels numbers of a pixel
 * @throws OptionError if they are grey and colours are asked for, or the other way round
 */
export function needColour(options: URLSearchParams, channels: number): void {
  const wanted = options.get('colour') ?? '';
  if (wanted === 'rgb' && channels === 1) {
    new Query(options, '').fail('colour', 'left out or grey: the images that were given are grey');
  }
  if (wanted === 'grey' && channels > 1) {
    new Query(options, '').fail(
      'colour',
      'left out or rgb: the images that were given have colours',
    );
  }
}
