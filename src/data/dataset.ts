/** One split of an image data set: images as bytes, row by row, and a class for each. */
export interface ImageSplit {
  /** `count * height * width` bytes, 0 = black, 255 = white. */
  readonly images: Uint8Array;
  /** `count` class numbers, each below `classes.length` of the data set. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** A labelled image data set with a training and a test split. */
export interface ImageDataset {
  /** What outputs call it, e.g. `Fashion-MNIST` or `built-in garments (synthetic)`. */
  readonly name: string;
  /** True for generated data, which must never be mistaken for the real data set. */
  readonly synthetic: boolean;
  readonly classes: readonly string[];
  readonly train: ImageSplit;
  readonly test: ImageSplit;
}
