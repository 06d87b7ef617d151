import { checkKeys, describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { ByteSplit, ImageDataset } from './dataset.ts';
import { FASHION_MNIST_CLASSES } from './fashion-mnist.ts';
import { drawBag, drawDress, drawTrouser } from './garments/bottoms.ts';
import { type PatternWeights, weave } from './garments/cloth.ts';
import { Prng } from './garments/prng.ts';
import { Raster, SIDE } from './garments/raster.ts';
import { drawAnkleBoot, drawSandal, drawSneaker } from './garments/shoes.ts';
import { drawCoat, drawPullover, drawShirt, drawTShirt } from './garments/tops.ts';

/** The numbers of images, and the seed. */
export interface BuiltInGarmentsOptions {
  /** Training images, 1 to 1,000,000; 10,000 by default. */
  readonly train?: number;
  /** Test images, 1 to 1,000,000; 2,000 by default. */
  readonly test?: number;
  /** 0 to 2^32 - 1; 1 by default. The same seed gives the same bytes on every platform. */
  readonly seed?: number;
}

/** Default numbers of images. */
export const BUILT_IN = { train: 10_000, test: 2_000 } as const;

/** One class: its drawing and its cloths. */
interface Garment {
  readonly draw: (raster: Raster, cloth: Float64Array, prng: Prng) => void;
  readonly patterns: PatternWeights;
}

const MOST_IMAGES = 1_000_000;

const PLAIN: PatternWeights = { plain: 8, stripes: 0, checks: 0, dots: 0.5, fade: 1.5 };
const MIXED: PatternWeights = { plain: 6, stripes: 2, checks: 0.5, dots: 0.7, fade: 1 };

/** In the order of FASHION_MNIST_CLASSES. */
const GARMENTS: readonly Garment[] = [
  { draw: drawTShirt, patterns: MIXED },
  { draw: drawTrouser, patterns: PLAIN },
  { draw: drawPullover, patterns: MIXED },
  { draw: drawDress, patterns: MIXED },
  { draw: drawCoat, patterns: PLAIN },
  { draw: drawSandal, patterns: PLAIN },
  { draw: drawShirt, patterns: { plain: 5, stripes: 2, checks: 2.5, dots: 1, fade: 0.5 } },
  { draw: drawSneaker, patterns: PLAIN },
  { draw: drawBag, patterns: MIXED },
  { draw: drawAnkleBoot, patterns: PLAIN },
];

/**
 * Draws the built-in data set: grey 28 × 28 garments in the ten classes of Fashion-MNIST, for
 * machines without the real one. It is generated, and its name says so: accuracies on it are not accuracies on
 * Fashion-MNIST.
 *
 * @example
 * const data = builtInGarments({ train: 10_000, test: 2_000, seed: 1 });
 * @throws {OptionError} if an option is out of range
 */
export function builtInGarments(options: BuiltInGarmentsOptions = {}): ImageDataset {
  checkKeys('builtInGarments()', options, ['train', 'test', 'seed']);
  const { train = BUILT_IN.train, test = BUILT_IN.test, seed = 1 } = options;
  checkWhole('train', train, 1, MOST_IMAGES);
  checkWhole('test', test, 1, MOST_IMAGES);
  checkWhole('seed', seed, 0, 2 ** 32 - 1);
  return {
    name: 'built-in garments (synthetic)',
    synthetic: true,
    classes: FASHION_MNIST_CLASSES,
    train: drawSplit(train, seed, 0),
    test: drawSplit(test, seed, 1),
  };
}

function drawSplit(count: number, seed: number, split: number): ByteSplit {
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = shuffledLabels(count, new Prng(seed, split, -1));
  const raster = new Raster();
  const cloth = new Float64Array(SIDE * SIDE);
  for (let i = 0; i < count; i++) {
    // Each image has its own stream, so the first images are the same however many are drawn.
    const prng = new Prng(seed, split, i);
    const garment = GARMENTS[labels[i]];
    weave(cloth, garment.patterns, prng);
    raster.reset({
      scaleX: 1.08 + 0.16 * prng.bell(),
      scaleY: 1.06 + 0.12 * prng.bell(),
      shear: 0.1 * prng.bell(),
      tilt: 0.06 * prng.bell(),
      dx: 1.6 * prng.bell(),
      dy: 1.6 * prng.bell(),
    });
    garment.draw(raster, cloth, prng);
    develop(raster, images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), prng);
  }
  return { images, labels, count, height: SIDE, width: SIDE };
}

/** Every run of ten labels holds each class once, in random order. */
function shuffledLabels(count: number, prng: Prng): Uint8Array {
  const labels = new Uint8Array(count);
  for (let start = 0; start < count; start += GARMENTS.length) {
    const order = GARMENTS.map((_, i) => i);
    for (let last = order.length - 1; last > 0; last--) {
      const other = prng.index(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    labels.set(order.slice(0, count - start), start);
  }
  return labels;
}

/** Adds grain to what is covered (the background stays black) and rounds to bytes. */
function develop(raster: Raster, out: Uint8Array, prng: Prng): void {
  const grain = prng.range(0.02, 0.14);
  for (let i = 0; i < out.length; i++) {
    if (raster.covered[i] === 0) continue;
    const value = raster.pixels[i] + grain * prng.bell() * raster.covered[i];
    out[i] = Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5);
  }
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new OptionError(
    `builtInGarments: ${name} must be a whole number from ${least} to ${most}, got ${describe(value)}.`,
  );
}
