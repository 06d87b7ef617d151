import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';

/**
 * The last word of every Philox counter is the purpose of the number, so that two uses of a seed never share numbers.
 * Those of the shuffle, of dropout and of augmentation are also in their WGSL files.
 */
export const INIT_DOMAIN = 1;
export const SHUFFLE_DOMAIN = 2;
export const DROPOUT_DOMAIN = 3;
/** The choice of held-out samples. */
export const HOLDOUT_DOMAIN = 4;
/** How images are changed at random. */
export const AUGMENT_DOMAIN = 5;
/** The draws of generated tokens. */
export const GENERATE_DOMAIN = 6;
/** The points of a random search. */
export const SWEEP_DOMAIN = 7;

/**
 * The Philox key of a seed: its low and its high 32 bits. Different seeds have different streams.
 *
 * @throws OptionError unless the seed is an integer from 0 to 2⁵³ − 1
 */
export function keyOf(seed: number): readonly [number, number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new OptionError(
      `seed ${describe(seed)} was given; a seed is an integer from 0 to 2^53 - 1`,
    );
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}
