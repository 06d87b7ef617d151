import type { ByteSplit, ImageDataset } from '../data/dataset.ts';
import { DataError } from '../errors.ts';
import { canonicalJson } from './canonical-json.ts';
import { sha256 } from './sha256.ts';

/**
 * The hash of a data set of images as it is used: both splits, after `train-limit`. It is the SHA-256 of the canonical JSON
 * `{"test":SPLIT,"train":SPLIT}`, where a split is `{"channels","count","height","images","labels","width"}`; `images` and `labels`
 * are the SHA-256 of their bytes.
 */
export async function hashOfImages({
  train,
  test,
}: Pick<ImageDataset, 'train' | 'test'>): Promise<string> {
  const splits = { train: await splitOf(train), test: await splitOf(test) };
  return sha256(canonicalJson(splits));
}

async function splitOf(split: ByteSplit): Promise<object> {
  const { count, height, width, channels = 1, images, labels, weights } = split;
  if (weights) {
    throw new DataError('the samples have weights, which the hash of a trial does not cover');
  }
  return {
    ...{ count, height, width, channels },
    images: await sha256(images),
    labels: await sha256(labels),
  };
}

/** The hash of a text: the SHA-256 of its UTF-8, as `sha256sum` gives it for a file without a byte order mark. */
export async function hashOfText(text: string): Promise<string> {
  // It would be replaced, so that different texts had one hash.
  if (/\p{Surrogate}/u.test(text)) {
    throw new DataError('the text has half of a surrogate pair; use well-formed Unicode');
  }
  return sha256(text);
}
