import { AUGMENT_DOMAIN } from '../random/domains.ts';
import { philox } from '../random/philox.ts';
import { Approx } from './approx.ts';

/** How images are changed at random, complete. */
export interface Augmentation {
  /** The probability of a flip, left to right, in steps of 2⁻²⁴. */
  readonly flip: number;
  /** The most pixels of a shift, down or up and right or left. */
  readonly shift: readonly [y: number, x: number];
  readonly border: 'zero' | 'reflect';
  /** Rows and columns that are cut out. */
  readonly cutOut: readonly [y: number, x: number];
  /** Brightness is multiplied by 1 − this to 1 + this. */
  readonly brightness: number;
  readonly contrast: number;
  /** The size of the part of an image that the network sees; null: all of it. */
  readonly crop: readonly [y: number, x: number] | null;
}

/** The change of one image: the reference of shaders/image/augment.wgsl. */
export interface Change {
  readonly flipped: boolean;
  readonly shift: readonly [y: number, x: number];
  /** The first row and column of the part. */
  readonly part: readonly [y: number, x: number];
  /** The first row and column of the part that are cut out; both may be outside of it. */
  readonly cut: readonly [y: number, x: number];
  readonly brightness: Approx;
  readonly contrast: Approx;
}

/** A whole number from 0 to below n. The product is exact. */
const below = (word: number, n: number): number => Math.floor((word * n) / 2 ** 32);

/** 1 + most · t with t from −1 to below 1, which is exact in float32. */
const around = (word: number, most: number): Approx =>
  new Approx((word >>> 8) * 2 ** -23 - 1, 0).times(most).plus(new Approx(1, 0));

/** The change of the image in a row of a step's batch. */
export function changeOf(
  { flip, shift, cutOut, brightness, contrast, crop }: Augmentation,
  [height, width]: readonly [height: number, width: number],
  row: number,
  step: number,
  key: readonly [number, number],
): Change {
  const first = philox([row, step, 0, AUGMENT_DOMAIN], key);
  const second = philox([row, step, 1, AUGMENT_DOMAIN], key);
  const third = philox([row, step, 2, AUGMENT_DOMAIN], key);
  const [rows, columns] = crop ?? [height, width];
  const moved = (word: number, most: number): number => below(word, 2 * most + 1) - most;
  return {
    flipped: first[0] >>> 8 < Math.round(flip * 2 ** 24),
    shift: [moved(first[1], shift[0]), moved(first[2], shift[1])],
    cut: [
      below(second[0], rows) - Math.floor(cutOut[0] / 2),
      below(second[1], columns) - Math.floor(cutOut[1] / 2),
    ],
    part: [below(third[0], height - rows + 1), below(third[1], width - columns + 1)],
    brightness: around(second[2], brightness),
    contrast: around(second[3], contrast),
  };
}
