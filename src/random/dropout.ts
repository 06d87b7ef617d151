import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import { DROPOUT_DOMAIN } from './domains.ts';
import { philox } from './philox.ts';

/** Constants of a dropout layer for shaders/dropout/philox.wgsl. */
export interface DropoutRate {
  /** round(p · 2³²). An element is dropped if its random word is below this. */
  readonly threshold: number;
  /** 1 / (1 − threshold · 2⁻³²). Kept elements are multiplied by this. */
  readonly scale: number;
}

/**
 * The threshold and the scale of a probability, which is rounded by at most 2⁻³³.
 *
 * @throws OptionError unless 0 ≤ p < 1
 */
export function dropoutRate(p: number): DropoutRate {
  const threshold = typeof p === 'number' ? Math.round(p * 2 ** 32) : NaN;
  if (!(threshold >= 0 && p >= 0 && threshold < 2 ** 32)) {
    throw new OptionError(
      `dropout ${describe(p)} was given; it is a probability from 0 to below 1`,
    );
  }
  return { threshold, scale: 1 / (1 - threshold / 2 ** 32) };
}

/**
 * Which elements are kept: a function of (seed, layer, step, element), the same as on the GPU. Elements are numbered as
 * they are stored, with rows padded to a multiple of 4.
 */
export function keptElements(
  rows: number,
  columns: number,
  threshold: number,
  layer: number,
  step: number,
  key: readonly [number, number],
): Uint8Array {
  const columns4 = Math.ceil(columns / 4);
  const kept = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column4 = 0; column4 < columns4; column4++) {
      const words = philox([row * columns4 + column4, step, layer, DROPOUT_DOMAIN], key);
      for (let lane = 0; lane < 4; lane++) {
        const column = 4 * column4 + lane;
        if (column < columns) kept[row * columns + column] = words[lane] >= threshold ? 1 : 0;
      }
    }
  }
  return kept;
}
