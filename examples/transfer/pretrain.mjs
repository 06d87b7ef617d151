/**
 * For Node: trains the backbone of this example on Fashion-MNIST, with gradweave itself, and writes its weights. The file
 * that lies here was made by it: 74.0% of the test images. It is small, and made for more than clothes.
 *
 *     npm install gradweave webgpu
 *     node pretrain.mjs FOLDER backbone.safetensors     FOLDER: the four files, gzipped
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  adam,
  adaptiveAvgPool2d,
  cosineRate,
  Engine,
  flatten,
  linear,
  Sequential,
  Trainer,
} from 'gradweave';
import { weightsOf } from 'gradweave/checkpoint';
import { loadFashionMnist } from 'gradweave/data';
import { useWorkingDriver } from 'gradweave/node';
import { backbone, CHANNELS } from './backbone.mjs';

/** A third of the images is enough for convolutions that are to be used for something else. */
const IMAGES = 20_000;
const EPOCHS = 6;
const BATCH = 100;

const [folder = '.', out = 'backbone.safetensors'] = process.argv.slice(2);
await useWorkingDriver();
const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
const files = names.map(async (name) => {
  const file = `${name}-ubyte.gz`;
  return [file, await readFile(join(folder, file))];
});
const { train, ...dataset } = await loadFashionMnist(Object.fromEntries(await Promise.all(files)));
const engine = await Engine.create();
const trainer = await Trainer.create(engine, {
  model: new Sequential(
    [28, 28],
    [...backbone(), adaptiveAvgPool2d(1), flatten(), linear(CHANNELS, 10)],
  ),
  dataset: {
    ...dataset,
    train: {
      ...train,
      images: train.images.subarray(0, IMAGES * 28 * 28),
      labels: train.labels.subarray(0, IMAGES),
      count: IMAGES,
    },
  },
  // Frames of a camera are darker and brighter than photographs of a catalogue.
  augment: { flip: true, shift: 2, brightness: 0.2, contrast: 0.3 },
  loss: 'cross_entropy',
  optimizer: adam({ learningRate: 5e-3 }),
  schedule: cosineRate({ totalSteps: (EPOCHS * IMAGES) / BATCH }),
  batchSize: BATCH,
  seed: 1,
});
await trainer.fit({
  epochs: EPOCHS,
  validate: false,
  onEpoch: ({ epoch, train, seconds }) => {
    console.log(`epoch ${epoch}: loss ${train.loss.toFixed(3)}, ${seconds.toFixed(0)} s`);
  },
});
const { accuracy } = await trainer.evaluate();
console.log(`${(100 * accuracy).toFixed(1)}% of the test images`);
await writeFile(out, await weightsOf(trainer));
console.log(`written to ${out}`);
