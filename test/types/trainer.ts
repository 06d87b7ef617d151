/**
 * What the types of a trainer promise. Nothing runs: the type check of `npm test` fails where a line that
 * should not compile does, or one that should does not.
 */

import { checkpointOf, restore } from '../../src/checkpoint.ts';
import {
  type ArrayDataset,
  adam,
  type Complete,
  type Engine,
  type ImageDataset,
  type Layer,
  linear,
  type Metrics,
  type ResolvedOptions,
  Sequential,
  type Snapshot,
  type State,
  type StateTensor,
  type TensorDataset,
  Trainer,
  type TrainerOptions,
} from '../../src/index.ts';

const model = new Sequential([2], [linear(2, 3)]);
const rest = { model, loss: 'cross_entropy', optimizer: adam() } as const;
const images = { images: new Uint8Array(8), count: 4, height: 1, width: 2 };
const arrays = { inputs: Float32Array.of(1, 2), labels: [0] };

export async function predictions(
  engine: Engine,
  pictures: ImageDataset,
  tensors: TensorDataset,
): Promise<void> {
  const ofImages = await Trainer.create(engine, { ...rest, dataset: pictures });
  await ofImages.predict(images);
  // @ts-expect-error: numbers are no images
  await ofImages.predict([1, 2]);

  const ofArrays = await Trainer.create(engine, { ...rest, dataset: { train: arrays } });
  await ofArrays.predict([1, 2]);
  await ofArrays.predict([[1, 2]]);
  await ofArrays.predict(Float64Array.of(1, 2));
  await ofArrays.predict({ count: 1, gather: (_, into) => void into.fill(1) });
  // @ts-expect-error: images are no arrays
  await ofArrays.predict(images);
  // @ts-expect-error: texts are no numbers
  await ofArrays.predict(['1', '2']);

  const ofTensors = await Trainer.create(engine, { ...rest, dataset: tensors });
  await ofTensors.predict([1, 2]);
  // @ts-expect-error: images are no arrays
  await ofTensors.predict(images);
}

/** Answers have the type of what was asked for. */
export async function answers(trainer: Trainer<ArrayDataset>): Promise<void> {
  const outputs: Float32Array = await trainer.predict([1, 2]);
  const classes: Uint32Array = await trainer.predict([1, 2], { as: 'class' });
  const likely: Float32Array = await trainer.predict([1, 2], {
    as: 'probability',
    normalize: false,
  });
  // @ts-expect-error: classes are integers
  const floats: Float32Array = await trainer.predict([1, 2], { as: 'class' });
  // @ts-expect-error: there is no such form
  await trainer.predict([1, 2], { as: 'label' });
  const { metrics, each } = await trainer.evaluate('test', { metrics: ['f1'] });
  const f1: number = metrics.f1 + each.f1[0];
  // @ts-expect-error: nothing was asked for
  const none: number = (await trainer.evaluate()).metrics.f1;
  // @ts-expect-error: there is no such metric
  await trainer.evaluate('test', { metrics: ['f2'] });
  await Promise.all([outputs, classes, likely, floats, f1, none]);
}

export async function tests(engine: Engine, untested: ArrayDataset): Promise<void> {
  const seen = (_: Metrics): void => {};
  const tested = await Trainer.create(engine, {
    ...rest,
    dataset: { train: arrays, test: arrays },
  });
  const [first] = await tested.fit({ epochs: 1, onEpoch: ({ test }) => seen(test) });
  seen(first.test);
  seen(tested.history[0].test);
  const held = await Trainer.create(engine, {
    ...rest,
    dataset: { train: arrays, validation: 0.2 },
  });
  await held.fit({ epochs: 1, onEpoch: ({ test }) => seen(test) });
  const skipping = tested.fit({
    epochs: 1,
    validate: false,
    // @ts-expect-error: nothing is evaluated
    onEpoch: ({ test }) => seen(test),
  });
  // @ts-expect-error: nothing is evaluated
  seen((await skipping)[0].test);
  const without = await Trainer.create(engine, { ...rest, dataset: untested });
  // @ts-expect-error: it may have no test split
  await without.fit({ epochs: 1, onEpoch: ({ test }) => seen(test) });
  // @ts-expect-error: here, too
  seen(without.history[0].test);
}

export async function parameters(trainer: Trainer, snapshot: Snapshot): Promise<void> {
  const state: Map<string, StateTensor> = await trainer.parameters();
  trainer.load(state);
  const given: State = state;
  trainer.load(given);
  trainer.load(new Map([['0.weight', [1, 2, 3, 4, 5, 6]]]));
  // @ts-expect-error: a state has names
  trainer.load([1, 2]);
  trainer.resume(snapshot);
}

/** A trainer of any data goes wherever one of some data is asked for as such. */
export async function anyData(engine: Engine, options: TrainerOptions): Promise<Uint8Array> {
  const some: Trainer = await Trainer.create(engine, options);
  const known = await Trainer.create(engine, { ...rest, dataset: { train: arrays } });
  restore(known, await checkpointOf(known));
  return checkpointOf(some);
}

/** A layer of the caller's may call its parameters as it likes. */
export const scaling: Layer = {
  kind: 'scaling',
  parameters: [{ name: 'gain', shape: [1], bound: 1 }],
  shape: (input) => input,
  build: (x) => x,
};

export const wrong: TrainerOptions = {
  ...rest,
  dataset: { train: arrays },
  // @ts-expect-error: a share is no name of a normalisation
  normalize: 'standard',
};

/** Old names are accepted for one more release. */
export async function oldNames(engine: Engine, snapshot: Snapshot): Promise<ResolvedOptions> {
  const dataset = { train: arrays };
  const trainer = await Trainer.create(engine, { ...rest, dataset, family: 'discrete' });
  trainer.goOn(snapshot);
  const resolved: Complete = trainer.options;
  return resolved;
}
