import { checkChoice, checkKeys, checkNumber, describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Augmentation } from '../ops/augment.ts';
import { pairOf, type Size2d } from '../ops/window.ts';

/** How images are changed at random in training. All changes are independent of each other. */
export interface AugmentOptions {
  /** The probability of a flip, left to right, from 0 to 1; `true` is 1/2. Default 0. */
  readonly flip?: boolean | number;
  /**
   * The most pixels by which an image moves: a number, or `[y, x]`, below the image's size. Each whole number of pixels up to
   * that, in both directions, is as likely as the others: with `border: 'zero'` it is torchvision's
   * RandomCrop(size, padding=shift). Default 0.
   */
  readonly shift?: Size2d;
  /** What a shift brings in: zeros, or the reflected image, without repeating its edge. Default `zero`. */
  readonly border?: 'zero' | 'reflect';
  /**
   * The size of a rectangle around a random pixel that is set to 0 (DeVries and Taylor 2017): a number, or `[y, x]`. It is 0
   * after standardisation, the mean. Default 0: none.
   */
  readonly cutOut?: Size2d;
  /** Pixels, from 0 to 1, are multiplied by a number from 1 − this to 1 + this, and cut off at 1. From 0 to 1, default 0. */
  readonly brightness?: number;
  /**
   * The distance of pixels from 1/2 is multiplied by a number from 1 − this to 1 + this, and the result cut off at 0 and 1.
   * From 0 to 1, default 0.
   */
  readonly contrast?: number;
  /**
   * For images that are larger than the model's input: training sees a random part of this size, a number or `[y, x]`;
   * evaluation and predictions of the trainer the part in the middle. `Inference` takes images of the model's size.
   * Default none.
   */
  readonly crop?: Size2d | null;
}

const KEYS: Readonly<Record<keyof AugmentOptions, true>> = {
  flip: true,
  shift: true,
  border: true,
  cutOut: true,
  brightness: true,
  contrast: true,
  crop: true,
};

/** A frozen copy of the option, complete. @throws OptionError if it is invalid */
export function checkAugment(
  augment: AugmentOptions,
  { height, width }: { readonly height: number; readonly width: number },
): Augmentation {
  checkKeys('augment', augment, Object.keys(KEYS));
  const { flip = 0, shift = 0, border = 'zero', cutOut = 0 } = augment;
  const { brightness = 0, contrast = 0, crop } = augment;
  const chance = flip === true ? 0.5 : flip === false ? 0 : flip;
  checkNumber('augment: flip', chance, 1);
  checkChoice('augment: border', border, ['zero', 'reflect']);
  checkNumber('augment: brightness', brightness, 1);
  checkNumber('augment: contrast', contrast, 1);
  const moved = pairOf('augment: shift', shift, 0);
  if (moved[0] >= height || moved[1] >= width) {
    throw new OptionError(
      `augment: shift ${describe(shift)} was given for images of ${height}×${width}; it is below their size`,
    );
  }
  const part = crop === undefined || crop === null ? null : pairOf('augment: crop', crop, 1);
  const cut = pairOf('augment: cutOut', cutOut, 0);
  for (const [name, size] of Object.entries({ crop: part, cutOut: cut })) {
    if (size && (size[0] > height || size[1] > width)) {
      throw new OptionError(
        `augment: ${name} ${size.join('×')} was given for images of ${height}×${width}; it is at most their size`,
      );
    }
  }
  return Object.freeze({
    flip: chance,
    shift: moved,
    border,
    cutOut: cut,
    brightness,
    contrast,
    crop: part,
  });
}
