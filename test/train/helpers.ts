import * as assert from 'uvu/assert';
import type { AnySplit, ImageDataset } from '../../src/data/dataset.ts';
import { builtInGarments } from '../../src/data/garments.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam } from '../../src/nn/optimizers.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import type { TrainingData } from '../../src/train/options.ts';
import { type FitOptions, Trainer, type TrainerOptions } from '../../src/train/trainer.ts';

/** Options of a trainer on images. */
export type ImageOptions = TrainerOptions<ImageDataset<AnySplit>>;

let garments: ImageDataset | undefined;

/** 700 images and 200 to test on; 700 is no multiple of the batch. */
export function smallGarments(): ImageDataset {
  garments ??= builtInGarments({ train: 700, test: 200 });
  return garments;
}

/** The first images of a data set. */
export function firstOf(dataset: ImageDataset, train: number, test: number): ImageDataset {
  const cut = (which: 'train' | 'test', count: number) => {
    const { height, width, images, labels } = dataset[which];
    return {
      height,
      width,
      count,
      images: images.slice(0, count * height * width),
      labels: labels.slice(0, count),
    };
  };
  return { ...dataset, train: cut('train', train), test: cut('test', test) };
}

/** A part of each image, from its middle on: of another height than width, if so wanted. */
export function cropped(dataset: ImageDataset, height: number, width: number): ImageDataset {
  const crop = (which: 'train' | 'test') => {
    const { count, labels, images, width: whole, height: rows } = dataset[which];
    const [top, left] = [rows >> 1, whole >> 1];
    const at = (i: number): number => {
      const [row, column] = [Math.floor(i / width) % height, i % width];
      return Math.floor(i / (width * height)) * rows * whole + (top + row) * whole + left + column;
    };
    const part = Uint8Array.from({ length: count * height * width }, (_, i) => images[at(i)]);
    return { count, labels, height, width, images: part };
  };
  return { ...dataset, train: crop('train'), test: crop('test') };
}

/** A small network with dropout, batches of 32, Adam. */
export function small(given: Partial<ImageOptions> = {}): ImageOptions {
  return {
    model: mlp([28, 28], [784, 32, 16, 10], { dropout: 0.2 }),
    dataset: smallGarments(),
    loss: 'cross_entropy',
    optimizer: adam(),
    batchSize: 32,
    seed: 7,
    ...given,
  };
}

/**
 * The same with two layers: for tests that make devices, each of which compiles its kernels anew. It takes two thirds of
 * {@link small}'s time.
 */
export function shallow(given: Partial<ImageOptions> = {}): ImageOptions {
  return small({ model: mlp([28, 28], [784, 16, 10], { dropout: 0.2 }), ...given });
}

/** The same with a layer alone, for tests that ask only whether it runs: two fifths of the time. */
export function single(given: Partial<ImageOptions> = {}): ImageOptions {
  return small({ model: mlp([28, 28], [784, 10]), ...given });
}

/** Runs something with a trainer of its own. */
export async function withTrainer<T, Data extends TrainingData>(
  engine: Engine,
  options: TrainerOptions<Data>,
  work: (trainer: Trainer<Data>) => Promise<T>,
): Promise<T> {
  const trainer = await Trainer.create(engine, options);
  try {
    return await work(trainer);
  } finally {
    trainer.destroy();
  }
}

/** All parameters as bits. */
export async function bitsOf(trainer: Trainer): Promise<Uint32Array> {
  const parameters = [...(await trainer.parameters()).values()];
  return Uint32Array.from(parameters.flatMap(({ data }) => [...new Uint32Array(data.buffer)]));
}

/** What a run ended in, without its times. */
export interface Outcome {
  readonly bits: Uint32Array;
  readonly history: readonly Omit<EpochRecord, 'seconds'>[];
}

/** Everything about a trainer that a repetition must repeat. */
export async function outcomeOf(trainer: Trainer): Promise<Outcome> {
  const history = trainer.history.map(({ seconds: _, ...rest }) => rest);
  return { bits: await bitsOf(trainer), history };
}

/** Checks that two runs are one, bit for bit. */
export function assertSame(one: Outcome, other: Outcome, message = 'the runs'): void {
  assert.equal(one.history, other.history, `${message} differ in their histories`);
  assert.ok(one.bits.length > 0);
  assert.is(one.bits.length, other.bits.length);
  const differing = one.bits.reduce((sum, bits, i) => sum + Number(bits !== other.bits[i]), 0);
  assert.is(differing, 0, `${message} differ in ${differing} of ${one.bits.length} parameters`);
}

/** Trains a new trainer and returns what it ended in. */
export function fitted(engine: Engine, options: TrainerOptions, fit: FitOptions): Promise<Outcome> {
  return withTrainer(engine, options, async (trainer) => {
    await trainer.fit(fit);
    return outcomeOf(trainer);
  });
}
