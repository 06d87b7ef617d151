import type { ByteSplit, ImageDataset } from '../../src/data/dataset.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { fromBase64, type HandTensor, readByHand } from '../data/by-hand.ts';
import type { ImageOptions } from '../train/helpers.ts';
import { RUN, WEIGHTS } from './square.gen.ts';

/** The file as PyTorch wrote it. */
export const squareWeights = (): Uint8Array<ArrayBuffer> => fromBase64(WEIGHTS);

const { tensors } = readByHand(fromBase64(RUN));

/** What PyTorch found. @throws where square.py keeps nothing of this name. */
export function found(name: string): HandTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`PyTorch's run has no ${name}`);
  return tensor;
}

export const floatsFound = (name: string): Float32Array<ArrayBuffer> =>
  new Float32Array(found(name).bytes.buffer);

export const integersFound = (name: string): Int32Array<ArrayBuffer> =>
  new Int32Array(found(name).bytes.buffer);

const split = (prefix: string): ByteSplit => ({
  images: found(`${prefix}images`).bytes,
  labels: found(`${prefix}labels`).bytes,
  count: 27,
  height: 3,
  width: 3,
});

/** What square.py trains on. */
export const SQUARE_IMAGES: ImageDataset = {
  name: 'squares',
  synthetic: true,
  classes: ['a', 'b', 'c'],
  train: split(''),
  test: split('test_'),
};

/** The options of square.py's run. */
export const squareOptions = (): ImageOptions => ({
  model: mlp([3, 3], [9, 9, 9, 3], { activation: 'tanh' }),
  dataset: SQUARE_IMAGES,
  loss: 'cross_entropy',
  optimizer: adam({ learningRate: 0.01, betas: [0.8, 0.95] }),
  batchSize: 9,
  order: { kind: 'listed', indices: Uint32Array.from(integersFound('indices')) },
});
