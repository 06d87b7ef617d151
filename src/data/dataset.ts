import type { Numbers } from './arrays.ts';

/** What is known of a split without its images. */
interface Split {
  /** `count` class numbers, each below `classes.length` of the data set: any typed array, or a plain one. */
  readonly labels: Numbers;
  /** Images, at least 1. */
  readonly count: number;
  /** Rows of an image. */
  readonly height: number;
  /** Pixels of a row, a byte each. */
  readonly width: number;
  /** What each sample's loss and its gradient are multiplied by, see {@link ArraySplit}. Default 1. */
  readonly weights?: Numbers;
}

/** One split of an image data set: images as bytes, row by row, and a class for each. */
export interface ImageSplit extends Split {
  /** `count * height * width` bytes, 0 = black, 255 = white. */
  readonly images: Uint8Array;
}

/**
 * A split whose images are asked for as they are needed: larger than one array can be, or in files,
 * or made on the fly.
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
   * Writes images one behind the other, `height * width` bytes each: the one of `indices[i]` from
   * `into[i * height * width]` on. Asked while the GPU computes, for some steps at a time; the same
   * index must give the same image each time, and an index may come more than once. `into` is valid
   * until this returns, or until the promise that it returns is settled.
   */
  gather(indices: Uint32Array, into: Uint8Array): void | Promise<void>;
}

/** Images in memory, or where to get them. */
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
  /** What outputs call it, e.g. `Fashion-MNIST` or `built-in garments (synthetic)`. */
  readonly name: string;
  /** True for generated data, which must never be mistaken for the real data set. */
  readonly synthetic: boolean;
  /** What each label means; as many as a classifier has outputs. */
  readonly classes: readonly string[];
  /** What is trained on. */
  readonly train: S;
  /** What is evaluated on. */
  readonly test: S;
}

/** What is trained on, if it is images: an {@link ImageDataset}, or less of one. */
export interface LabelledImages<S extends AnySplit = AnySplit> {
  /** Default `images`. */
  readonly name?: string;
  /** Default false. */
  readonly synthetic?: boolean;
  /** What each label means; as many as a classifier has outputs. */
  readonly classes: readonly string[];
  /** The share of the training split that is held out, see {@link ArrayDataset.validation}. Not beside `test`. */
  readonly validation?: number;
  readonly train: S;
  /** Default what `validation` holds out, else nothing is evaluated. */
  readonly test?: S;
}
