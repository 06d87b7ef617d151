import type { Numbers } from './numbers.ts';
import type { Validation } from './validation.ts';

/** A split without its images. */
interface Split {
  /** `count` class numbers, each below `classes.length` of the data set: any typed array, or a plain one. */
  readonly labels: Numbers;
  /** Number of images, at least 1. */
  readonly count: number;
  /** Rows of an image. */
  readonly height: number;
  /** Pixels of a row. */
  readonly width: number;
  /** Bytes of a pixel, side by side, up to 4: 1 for grey, 3 for red, green and blue, 4 with alpha. Default 1. */
  readonly channels?: number;
  /** A factor for each sample's loss and gradient, see {@link ArraySplit}. Default 1. */
  readonly weights?: Numbers;
}

/** One split of an image data set: images as bytes, pixel by pixel and row by row, and a class for each. */
export interface ImageSplit extends Split {
  /** `count * height * width * channels` bytes, 0 = black, 255 = white. */
  readonly images: Uint8Array;
}

/**
 * A split whose images are requested when they are needed: more than one array can hold, in files, or
 * generated.
 *
 * @example
 * // Images in many arrays of 100,000.
 * const source: ImageSource = {
 *   labels, count, height: 28, width: 28,
 *   gather(indices, into) {
 *     indices.forEach((index, i) => {
 *       const at = (index % 100_000) * 784;
 *       into.set(shards[Math.floor(index / 100_000)].subarray(at, at + 784), i * 784);
 *     });
 *   },
 * };
 */
export interface ImageSource extends Split {
  /**
   * Writes images one after another, `height * width * channels` bytes each: image `indices[i]` from
   * `into[i * height * width * channels]` on. Called while the GPU computes, for some steps at a time. The same index
   * must give the same image each time, and may occur more than once. `into` is valid until this returns,
   * or until its promise is settled.
   */
  gather(indices: Uint32Array, into: Uint8Array): void | Promise<void>;
}

/** Images in memory or from a source. */
export type AnySplit = ImageSplit | ImageSource;

/** Images without labels. */
export type Images =
  | Omit<ImageSplit, 'labels' | 'weights'>
  | Omit<ImageSource, 'labels' | 'weights'>;

/** Images of a file or of a generator, whose labels are bytes. */
export interface ByteSplit extends ImageSplit {
  readonly labels: Uint8Array;
}

/** A labelled image data set with a training and a test split. */
export interface ImageDataset<S extends AnySplit = ByteSplit> {
  /** Its name, e.g. `Fashion-MNIST` or `built-in garments (synthetic)`. */
  readonly name: string;
  /** True for generated data, which must not be mistaken for the real data set. */
  readonly synthetic: boolean;
  /** The name of each class; as many as a classifier has outputs. */
  readonly classes: readonly string[];
  /** The data to train on. */
  readonly train: S;
  /** The data to evaluate on. */
  readonly test: S;
}

/** A data set of images to train on: an {@link ImageDataset}, or parts of one. */
export interface LabelledImages<S extends AnySplit = AnySplit> {
  /** Default `images`. */
  readonly name?: string;
  /** Default false. */
  readonly synthetic?: boolean;
  /** The name of each class; as many as a classifier has outputs. */
  readonly classes: readonly string[];
  /** The share of the training split to hold out, see {@link ArrayDataset.validation}. Not together with `test`. */
  readonly validation?: Validation;
  readonly train: S;
  /** Default what `validation` holds out, else none. */
  readonly test?: S;
}
