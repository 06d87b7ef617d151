import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ArrayDataset, ArraySplit } from '../../src/data/arrays.ts';
import { liveSet } from '../../src/data/live.ts';
import { parseSafetensors, type WritableTensor } from '../../src/data/safetensors.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { BusyError, DataError, OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, firstOf, outcomeOf, small, smallGarments, withTrainer } from './helpers.ts';

const random = new RandomStream([8, 1]);

/** Points of the plane, scaled, and whether they lie above a line. */
function points(count: number, scale = 1): Required<Pick<ArraySplit, 'inputs' | 'labels'>> {
  const inputs = Float32Array.from({ length: 2 * count }, () => scale * random.signed());
  const labels = Uint8Array.from({ length: count }, (_, i) =>
    Number(inputs[2 * i] > inputs[2 * i + 1]),
  );
  return { inputs, labels };
}

const options = (
  dataset: ArrayDataset,
  more: Partial<TrainerOptions> = {},
): TrainerOptions<ArrayDataset> => ({
  model: new Sequential([2], [linear(2, 12), relu(), linear(12, 2)]),
  loss: 'cross_entropy',
  optimizer: adam({ learningRate: 0.02 }),
  batchSize: 16,
  seed: 3,
  ...more,
  dataset,
});

const first = { train: points(70), test: points(20) };
const DATA: Readonly<Record<string, ArrayDataset>> = {
  'as many samples': { train: points(70), test: points(20) },
  'fewer samples': { train: points(41), test: points(9) },
  'more samples': { train: points(150), test: points(33) },
};

for (const [name, second] of Object.entries(DATA)) {
  for (const data of ['resident', 'streamed'] as const) {
    test(`${name}, ${data}: a run goes on with other data, in epochs of their length`, () =>
      withSharedEngine((engine) =>
        withTrainer(engine, options(first, { data }), async (trainer) => {
          await trainer.fit({ epochs: 2 });
          // Into the third epoch, which is left.
          await trainer.steps(2);
          const before = trainer.step;
          const kernels = engine.kernels.count;
          await trainer.setData(second);
          const fits = data === 'streamed' || name !== 'more samples';
          if (fits) assert.is(engine.kernels.count, kernels, 'nothing is compiled');
          const count = (second.train as ArraySplit).inputs.length / 2;
          assert.is(trainer.stepsPerEpoch, Math.ceil(count / 16));
          assert.is(trainer.options.dataset.train, trainer.options.dataset.train);
          const bytes = await checkpointOf(trainer);
          await trainer.fit({ epochs: 1 });
          // In the middle of an epoch, too.
          await trainer.steps(1);
          const middle = await checkpointOf(trainer);
          await trainer.fit({ epochs: 2 });
          assert.is(trainer.step, before + 3 * trainer.stepsPerEpoch);
          assert.equal(
            trainer.history.map(({ epoch }) => epoch),
            [1, 2, 4, 5, 6],
            'the third goes on no record',
          );
          const outcome = await outcomeOf(trainer);
          const { confusion } = await trainer.evaluate();
          const tested = (second.test as ArraySplit).inputs.length / 2;
          assert.is(
            confusion?.flat().reduce((a, b) => a + b),
            tested,
          );
          // A trainer of the second data alone that goes on from there is the same run.
          await withTrainer(engine, options(second, { data }), async (other) => {
            restore(other, bytes);
            await other.fit({ epochs: 3 });
            assertSame(await outcomeOf(other), outcome);
            restore(other, middle);
            await other.fit({ epochs: 2 });
            assertSame(await outcomeOf(other), outcome, 'from the middle');
          });
          // Begun anew, it is a run of the second data.
          trainer.reset();
          await trainer.fit({ epochs: 2 });
          const anew = await outcomeOf(trainer);
          await withTrainer(engine, options(second, { data }), async (other) => {
            await other.fit({ epochs: 2 });
            assertSame(await outcomeOf(other), anew, 'anew');
          });
        }),
      ));
  }
}

for (const data of ['resident', 'streamed'] as const) {
  test(`data may be set before any was used: ${data}`, () =>
    withSharedEngine((engine) =>
      withTrainer(engine, options(first, { data }), async (trainer) => {
        const second = { train: points(30), test: points(9) };
        await trainer.setData(second);
        const found = await trainer.evaluate();
        await trainer.fit({ epochs: 2 });
        await withTrainer(engine, options(second, { data }), async (other) => {
          assert.equal(found, await other.evaluate());
          await other.fit({ epochs: 2 });
          assertSame(await outcomeOf(other), await outcomeOf(trainer));
        });
      }),
    ));
}

test('what was made of the run goes on: inferences, and what standardises', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options(first, { normalize: 'standardise' }), async (trainer) => {
      const { normalize } = trainer.options;
      const inference = await trainer.inference({ batch: 4 });
      await trainer.setData({ train: points(90, 5), test: points(3, 5) });
      assert.equal(trainer.options.normalize, normalize);
      await trainer.fit({ epochs: 1 });
      const samples = Float32Array.of(0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8);
      const outputs = await trainer.predict(samples);
      const again = await inference.predict(samples);
      assert.is(again.length, outputs.length);
      assert.ok(again.every(Number.isFinite));
    }),
  ));

test('images may change, too', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small({ dataset: firstOf(smallGarments(), 100, 30) }), async (trainer) => {
      await trainer.fit({ epochs: 1 });
      const kernels = engine.kernels.count;
      await trainer.setData(firstOf(smallGarments(), 64, 30));
      assert.is(engine.kernels.count, kernels);
      const [, { epoch, test: tested }] = await trainer.fit({ epochs: 1 });
      assert.is(epoch, 2);
      assert.ok(tested);
      assert.is(trainer.stepsPerEpoch, 2);
    }),
  ));

for (const data of ['resident', 'streamed'] as const) {
  test(`fewer samples than a batch keep the batch size: ${data}`, () =>
    withSharedEngine((engine) =>
      withTrainer(engine, options(first, { data }), async (trainer) => {
        const { train, test: tested } = first;
        const { inputs, labels } = points(5);
        const few = { train: { inputs, labels }, test: tested };
        await trainer.setData(few);
        assert.is(trainer.options.batchSize, 16);
        assert.is(trainer.stepsPerEpoch, 1);
        await trainer.fit({ epochs: 3 });
        const found = await outcomeOf(trainer);
        assert.equal(
          trainer.history.map(({ epoch }) => epoch),
          [1, 2, 3],
        );
        // A live set allows a new trainer the same batch size with so few samples.
        const live = liveSet({ capacity: 70, inputs: 2, classes: 2 });
        live.push(inputs, labels);
        const fresh = { train: live, test: tested };
        await withTrainer(engine, options(fresh), async (other) => {
          await other.fit({ epochs: 3 });
          assertSame(await outcomeOf(other), found);
        });
        // What goes on with enough samples again is the same trainer.
        const kernels = engine.kernels.count;
        await trainer.setData({ train, test: tested });
        assert.is(engine.kernels.count, kernels);
        await trainer.fit({ epochs: 1 });
        assert.is(trainer.stepsPerEpoch, 5);
        await rejects(
          Trainer.create(engine, options(few)),
          OptionError,
          'batch size 16 was given; use an integer from 1 to 5',
        );
      }),
    ));
}

test('data that do not fit are refused by name, and nothing is changed', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options(first), async (trainer) => {
      const { train } = first;
      const refused: readonly (readonly [unknown, new () => Error, string])[] = [
        [{ train }, OptionError, 'without a test split'],
        [{ train, validation: 2 }, OptionError, 'validation 2'],
        [{ ...first, train: { ...train, labels: Array(70).fill(2) } }, DataError, 'label 2'],
        [{ ...first, train: { inputs: [1, NaN], labels: [0] } }, DataError, 'row 0, column 1'],
        [firstOf(smallGarments(), 20, 20), OptionError, 'images'],
        [undefined, OptionError, 'dataset'],
      ];
      for (const [dataset, kind, text] of refused) {
        await rejects(trainer.setData(dataset as ArrayDataset), kind, text);
      }
      const { options: given } = trainer;
      const fitting = trainer.fit({ epochs: 1 });
      await rejects(trainer.setData(first), BusyError, 'setData()');
      await fitting;
      assert.is(trainer.options, given);
      const order = { kind: 'listed', indices: Uint32Array.of(0, 1) } as const;
      await withTrainer(engine, options(first, { order, batchSize: 2 }), (listed) =>
        rejects(listed.setData(first), OptionError, 'listed'),
      );
    }),
  ));

test('a checkpoint whose epochs begin nowhere, or have more samples than there are, is refused', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options(first), async (trainer) => {
      await trainer.steps(3);
      const { tensors, metadata } = parseSafetensors(await checkpointOf(trainer));
      const written = tensors as ReadonlyMap<string, unknown> as ReadonlyMap<
        string,
        WritableTensor
      >;
      assert.is(metadata.origin, '0 0 70');
      const before = await outcomeOf(trainer);
      for (const origin of [
        '',
        '0 0',
        '0 0 71',
        '4 0 70',
        '-1 0 70',
        '0 0.5 70',
        '0 0 0',
        '0 0 70 1',
      ]) {
        const bytes = writeSafetensors(written, { ...metadata, origin });
        assert.throws(() => restore(trainer, bytes), /origin/, origin);
      }
      assertSame(await outcomeOf(trainer), before);
      // Files of before have none.
      const { origin: _, ...older } = metadata;
      restore(trainer, writeSafetensors(written, older));
      assert.is(trainer.step, 3);
    }),
  ));

test('data may be set while predictions and evaluations go on', () =>
  withSharedEngine(async (engine: Engine) => {
    const trainer = await Trainer.create(engine, options(first));
    const readings = [trainer.predict([1, 2]), trainer.evaluate(), trainer.evaluate('train')];
    const setting = trainer.setData({ train: points(200), test: points(50) });
    await Promise.all([...readings, setting]);
    await trainer.fit({ epochs: 1 });
    trainer.destroy();
  }));

test.run();
