import type { ImageDataset } from '../data/dataset.ts';
import type { TokenDataset, TokenSplit } from '../data/token-split.ts';
import { madeTokens, VOCABULARY } from './networks/text.ts';

/** Windows of a text. */
export interface TextDataset extends TokenDataset {
  readonly classes: readonly string[];
  readonly test: TokenSplit;
}

export interface ImagesData {
  readonly kind: 'images';
  readonly dataset: ImageDataset;
}

export interface TextData {
  readonly kind: 'text';
  readonly dataset: TextDataset;
}

/** What a network trains on. */
export type BenchData = ImagesData | TextData;

const CHARACTERS = 100_000;

/** The text in windows of `length` characters, and `tested` others that are not trained on. */
export function textOf(length: number, tested: number, characters = CHARACTERS): TextData {
  const held = tested * length + 1;
  const tokens = madeTokens(characters + held);
  return {
    kind: 'text',
    dataset: {
      name: 'a made text',
      classes: VOCABULARY,
      train: { tokens: tokens.subarray(0, characters), length },
      test: { tokens: tokens.subarray(characters), length, stride: length },
    },
  };
}

/** The images, of which only the first `tested` of the test split are tested. */
export function imagesOf({ dataset }: ImagesData, tested: number): ImagesData {
  const { images, labels, count, height, width } = dataset.test;
  const some = Math.min(tested, count);
  const test = {
    ...{ height, width, count: some },
    ...{ images: images.subarray(0, some * height * width), labels: labels.subarray(0, some) },
  };
  return { kind: 'images', dataset: { ...dataset, test } };
}

/** The shape of a sample. */
export function sampleOf({ dataset: { train } }: BenchData): readonly number[] {
  return 'height' in train ? [train.height, train.width] : [train.length];
}
