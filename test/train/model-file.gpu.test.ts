import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { textDataset } from '../../src/data/text.ts';
import { DestroyedError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { generate } from '../../src/infer/generate.ts';
import {
  batchNorm2d,
  causalSelfAttention,
  conv2d,
  embedding,
  flatten,
  layerNorm,
  linear,
  maxPool2d,
  named,
  positionalEmbedding,
  relu,
  residual,
  Sequential,
  tanh,
  unembedding,
} from '../../src/nn/layers.ts';
import { bceWithLogits } from '../../src/nn/losses/bce-with-logits.ts';
import { adam, averaged } from '../../src/nn/optimizers.ts';
import { loadModel } from '../../src/train/model-file/load.ts';
import { readModel } from '../../src/train/model-file/read.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import type { TrainingData } from '../../src/train/options.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { weightsOf } from '../../src/train/weights.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { small, smallGarments, withTrainer } from './helpers.ts';

const garments = smallGarments();

/** On the engine that the tests share. */
const withRun = <Data extends TrainingData>(
  options: TrainerOptions<Data>,
  work: (trainer: Trainer<Data>, engine: Engine) => Promise<void>,
): Promise<void> =>
  withSharedEngine((engine) => withTrainer(engine, options, (trainer) => work(trainer, engine)));

/** Colours of 12 × 10 pixels. */
const colours = {
  train: {
    images: Uint8Array.from({ length: 24 * 360 }, (_, i) => (i * i * 31 + i * 7) % 256),
    labels: Uint8Array.from({ length: 24 }, (_, i) => i % 3),
    count: 24,
    height: 12,
    width: 10,
    channels: 3,
  },
  classes: ['red', 'green', 'blue'],
};

test('an MLP on standardised images predicts the same bits from its file', () =>
  withRun(small({ normalize: 'standardise' }), async (trainer, engine) => {
    await trainer.fit({ epochs: 1 });
    const bytes = await saveModel(trainer);
    const model = await loadModel(engine, bytes);
    assert.equal(model.classes, garments.classes);
    const images = garments.test;
    assert.equal(await model.predict(images), await trainer.predict(images));
    for (const as of ['class', 'probability'] as const) {
      assert.equal(await model.predict(images, { as }), await trainer.predict(images, { as }));
    }
    const raw = { normalize: false };
    assert.equal(await model.predict(images, raw), await trainer.predict(images, raw));
    const { training } = model.description;
    assert.equal((training as { epochs: number; seed: number }).epochs, 1);
    assert.is((training as { seed: number }).seed, 7);
    // The tensors are those of weightsOf.
    const [own, plain] = [bytes, await weightsOf(trainer)].map(parseSafetensors);
    assert.equal([...own.tensors], [...plain.tensors]);
    model.destroy();
    await rejects(model.predict(images), DestroyedError, 'was destroyed');
  }));

test('a CNN with batch norms, colours, channels and a crop predicts the same bits from its file', () =>
  withRun(
    {
      model: new Sequential(
        [10, 8, 3],
        [
          conv2d(3, 4, 3, { padding: 'same', bias: false }),
          batchNorm2d(4),
          relu(),
          maxPool2d(2),
          flatten(),
          named('head', linear(80, 3)),
        ],
      ),
      dataset: colours,
      normalize: 'standardise',
      augment: { crop: [10, 8], flip: true },
      loss: 'cross_entropy',
      optimizer: averaged(adam(), 0.9),
      batchSize: 8,
    },
    async (trainer, engine) => {
      await trainer.fit({ epochs: 2 });
      for (const weights of ['last', 'average'] as const) {
        const bytes = await saveModel(trainer, { weights });
        const model = await loadModel(engine, bytes);
        const wanted = await trainer.predict(colours.train, { weights });
        assert.equal(await model.predict(colours.train), wanted);
        assert.equal(await saveModel(readModel(bytes)), bytes);
        model.destroy();
      }
      assert.equal(await saveModel(await trainer.snapshot()), await saveModel(trainer));
    },
  ));

const TEXT = 'the cat sat on the mat and the dog sat on the log. '.repeat(3);

test('a transformer of characters continues a text as its trainer does', () => {
  const { data, vocabulary, encode, decode } = textDataset(TEXT, { length: 6, validation: 0.2 });
  const tokens = embedding(vocabulary.length, 8);
  return withRun(
    {
      model: new Sequential(
        [6],
        [
          tokens,
          positionalEmbedding(6, 8),
          residual([layerNorm(8), causalSelfAttention(8, 2)]),
          unembedding(tokens),
        ],
      ),
      dataset: data,
      loss: 'cross_entropy',
      optimizer: adam(),
      batchSize: 16,
    },
    async (trainer, engine) => {
      await trainer.fit({ epochs: 1 });
      const model = await loadModel(engine, await saveModel(trainer));
      const samples = [encode('the ca'), encode('on the')];
      assert.equal(await model.predict(samples), await trainer.predict(samples));
      const [wanted, found] = ['', ''].map(() => [] as string[]);
      for await (const token of generate(trainer, encode('the '), { count: 5 })) {
        wanted.push(decode([token]));
      }
      for await (const text of model.generate('the ', { count: 5 })) found.push(text);
      assert.equal(found, wanted);
      assert.is(model.decode(model.encode('dog')), 'dog');
      assert.throws(() => model.generate(3 as never), /3 was given as the prompt; use a text/);
      model.destroy();
    },
  );
});

test('a file of arrays goes on training in another trainer', () => {
  const options = {
    model: new Sequential([2], [linear(2, 3), tanh(), linear(3, 1)]),
    dataset: { train: { inputs: [0, 0, 0, 1, 1, 0, 1, 1], targets: [0, 1, 1, 0] } },
    loss: bceWithLogits({ positiveWeights: 2 }),
    optimizer: adam(),
    normalize: { mean: [0.5, 0.4], deviation: [0.5, 0.3] },
  } as const;
  return withRun(options, async (trainer, engine) => {
    await trainer.fit({ epochs: 2 });
    const bytes = await saveModel(trainer, { classes: ['no', 'yes'], metadata: { author: 'me' } });
    const model = await loadModel(engine, bytes);
    assert.equal(model.classes, ['no', 'yes']);
    assert.equal(model.description.metadata, { author: 'me' });
    for (const as of ['output', 'class', 'probability'] as const) {
      assert.equal(
        await model.predict([0, 1, 1, 1], { as }),
        await trainer.predict([0, 1, 1, 1], { as }),
      );
    }
    assert.throws(() => model.encode('a'), /has no vocabulary/);
    const file = readModel(bytes);
    const other = await Trainer.create(engine, { ...options, model: file.model });
    other.load(file.parameters);
    assert.equal(await other.predict([0, 1, 1, 1]), await trainer.predict([0, 1, 1, 1]));
    assert.is((await other.fit({ epochs: 1 })).length, 1);
    other.destroy();
    model.destroy();
  });
});

test('loading can be aborted, and leaves no memory behind', () =>
  withSharedEngine(async (engine) => {
    const model = new Sequential([2], [linear(2, 3)]);
    const parameters = model.initialize([1, 2]);
    const bytes = await saveModel({ model, parameters });
    const before = engine.memory().buffers;
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await rejects(loadModel(engine, bytes, { signal: controller.signal }), Error, 'enough');
    const loaded = await loadModel(engine, bytes);
    await loaded.predict([1, 2]);
    await loaded[Symbol.asyncDispose]();
    assert.is(engine.memory().buffers, before);
  }));

test.run();
