import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';

/**
 * The last word of every Philox counter says what the number is for, so that no two uses of one seed
 * ever meet. The shuffle's and the dropout's stand in their WGSL files too.
 */
export const INIT_DOMAIN = 1;
export const SHUFFLE_DOMAIN = 2;
export const DROPOUT_DOMAIN = 3;
/** Which samples are held out. */
export const HOLDOUT_DOMAIN = 4;

/**
 * The Philox key of a seed: its low and high 32 bits, so that different seeds never share a stream.
 *
 * @throws OptionError unless the seed is an integer from 0 to 2⁵³ − 1.
 */
export function keyOf(seed: number): readonly [number, number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new OptionError(
      `seed ${describe(seed)} was given; a seed is an integer from 0 to 2^53 - 1`,
    );
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}
