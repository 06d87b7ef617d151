import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LiveSet, liveSet } from '../../src/data/live.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, bitsOf, outcomeOf, withTrainer } from './helpers.ts';

/** Sample i: two numbers and their product. */
const sample = (i: number): readonly [number[], number] => {
  const [x, y] = [Math.sin(3 * i), Math.cos(5 * i)];
  return [[x, y], x * y];
};

function fill(live: LiveSet, from: number, to: number): void {
  for (let i = from; i < to; i++) live.push(...sample(i));
}

const options = (train: LiveSet | { inputs: number[][]; targets: number[] }) =>
  ({
    model: new Sequential([2], [linear(2, 16), tanh(), linear(16, 1)]),
    dataset: { train },
    loss: 'mse',
    optimizer: adam({ learningRate: 0.02 }),
    batchSize: 8,
    seed: 4,
  }) satisfies TrainerOptions;

/** The same samples as arrays. */
function arrays(indices: readonly number[]) {
  const all = indices.map(sample);
  return { inputs: all.map(([inputs]) => inputs), targets: all.map(([, target]) => target) };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

test('a live set trains to the bits of an array of its samples', () =>
  withSharedEngine(async (engine) => {
    const live = liveSet({ capacity: 50, inputs: 2, outputs: 1 });
    fill(live, 0, 20);
    assert.is(live.count, 20);
    const bits = await withTrainer(engine, options(live), async (trainer) => {
      // Before the first epoch there are more.
      fill(live, 20, 30);
      await trainer.fit({ epochs: 2 });
      assert.is(trainer.stepsPerEpoch, 4);
      return bitsOf(trainer);
    });
    const wanted = await withTrainer(engine, options(arrays(range(0, 30))), async (trainer) => {
      await trainer.fit({ epochs: 2 });
      return bitsOf(trainer);
    });
    assert.equal(bits, wanted);
  }));

test('the ring keeps the last samples, and an epoch is as long as they are when it begins', () =>
  withSharedEngine(async (engine) => {
    const live = liveSet({ capacity: 24, inputs: 2, outputs: 1 });
    fill(live, 0, 10);
    await withTrainer(engine, options(live), async (trainer) => {
      const kernels = engine.kernels.count;
      const lengths: number[] = [];
      await trainer.fit({
        epochs: 3,
        onEpoch: ({ epoch }) => {
          lengths.push(trainer.stepsPerEpoch);
          fill(live, 10 * epoch, 10 * epoch + 10);
        },
      });
      assert.equal(lengths, [2, 3, 3]);
      assert.is(live.count, 24);
      assert.is(engine.kernels.count, kernels, 'nothing is compiled for it');
      // 40 were pushed: the places hold 24 to 39, and 16 to 23.
      const held = range(0, 24).map((slot) => (slot < 16 ? 24 + slot : slot));
      const { loss } = await trainer.evaluate('train');
      const parameters = await trainer.parameters();
      await withTrainer(engine, options(arrays(held)), async (other) => {
        other.load(parameters);
        assert.is((await other.evaluate('train')).loss, loss);
      });
      // What goes on from a checkpoint has the epochs of the run, mid-epoch too.
      await trainer.steps(2);
      const bytes = await checkpointOf(trainer);
      await trainer.fit({ epochs: 2 });
      const outcome = await outcomeOf(trainer);
      restore(trainer, bytes);
      await trainer.fit({ epochs: 2 });
      assertSame(await outcomeOf(trainer), outcome);
    });
  }));

test('many samples are pushed at once, as a data set takes them, to the same ring', () =>
  withSharedEngine(async (engine) => {
    const ways: readonly ((live: LiveSet, from: number, to: number) => void)[] = [
      fill,
      (live, from, to) => {
        const { inputs, targets } = arrays(range(from, to));
        live.push(inputs, targets);
      },
      (live, from, to) => {
        const { inputs, targets } = arrays(range(from, to));
        live.push(Float64Array.from(inputs.flat()), [...targets.map((target) => [target])]);
      },
    ];
    const outcomes = [];
    for (const push of ways) {
      const live = liveSet({ capacity: 12, inputs: 2, outputs: 1 });
      push(live, 0, 9);
      outcomes.push(
        await withTrainer(engine, options(live), async (trainer) => {
          await trainer.fit({ epochs: 1 });
          // Round the end of the ring, and more than it holds.
          push(live, 9, 16);
          await trainer.fit({ epochs: 1 });
          push(live, 16, 45);
          await trainer.fit({ epochs: 1 });
          push(live, 45, 45);
          assert.is(live.count, 12);
          assert.equal([...live.inputs.slice(2 * (44 % 12), 2 * (44 % 12) + 2)], sample(44)[0]);
          return { ...(await outcomeOf(trainer)), held: [...live.inputs] };
        }),
      );
    }
    for (const outcome of outcomes.slice(1)) {
      assert.equal(outcome.held, outcomes[0].held);
      assertSame(outcome, outcomes[0]);
    }
  }));

test('classes and weights of many samples are pushed with them; one that is wrong adds none', () => {
  const live = liveSet({ capacity: 8, inputs: 1, classes: 3, weighted: true });
  live.push([1, 2, 3], Uint8Array.of(0, 1, 2), [0.5, -1, 2]);
  live.push([[4], [5]], [2, 1]);
  assert.is(live.count, 5);
  assert.equal([...(live.labels ?? [])], [0, 1, 2, 2, 1, 0, 0, 0]);
  assert.equal([...(live.weights ?? [])], [0.5, -1, 2, 1, 1, 0, 0, 0]);
  const refused: readonly (readonly [() => void, RegExp])[] = [
    [() => live.push([1, 2], [0]), /labels: 1 were given for 2 samples/],
    [() => live.push([1, 2], 0), /labels: 1 were given for 2 samples/],
    [() => live.push([1, 2], [0, 3]), /sample 1 has label 3/],
    [() => live.push([1, NaN], [0, 1]), /inputs: NaN in row 1/],
    [() => live.push([1, 2], [0, 1], [1]), /weights: an array of 1 was given for 2 samples/],
    [() => live.push([1, 2], [0, 1], [1, Infinity]), /weights: Infinity in row 1/],
  ];
  for (const [push, text] of refused) assert.throws(push, text);
  assert.is(live.count, 5);
});

test('frames take what has been pushed, in the order of the calls', () =>
  withSharedEngine(async (engine) => {
    const live = liveSet({ capacity: 40, inputs: 2, outputs: 1 });
    fill(live, 0, 8);
    await withTrainer(engine, options(live), async (trainer) => {
      for (let i = 8; trainer.step < 30; i++) {
        if (i < 60) fill(live, i, i + 1);
        trainer.run({ budget: '1ms' });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      assert.ok(trainer.stepsPerEpoch > 1);
      const metrics = await trainer.metrics();
      assert.ok(metrics && Number.isFinite(metrics.loss));
    });
  }));

test('advantages as weights of a cross-entropy are a policy gradient', () =>
  withSharedEngine(async (engine) => {
    // Action 0 is worth 1, action 1 is worth −1: weights of either sign.
    const live = liveSet({ capacity: 64, inputs: 1, classes: 2, weighted: true });
    const model = new Sequential([1], [linear(1, 2)]);
    const optimizer = adam({ learningRate: 0.05 });
    const dataset = { train: live };
    for (let i = 0; i < 64; i++) live.push([1], i % 2, i % 2 === 0 ? 1 : -1);
    await withTrainer(
      engine,
      { model, dataset, loss: 'cross_entropy', optimizer, batchSize: 16 },
      async (trainer) => {
        await trainer.fit({ epochs: 20 });
        const [good, bad] = await trainer.predict([[1]]);
        assert.ok(good > bad + 1, `${good}, ${bad}`);
      },
    );
  }));

test('what is no sample, and what a live set cannot do, is refused by name', () =>
  withSharedEngine(async (engine) => {
    const live = liveSet({ capacity: 4, inputs: 2, classes: 3 });
    const refused: readonly (readonly [() => void, new () => Error, RegExp])[] = [
      [() => live.push([1], 0), DataError, /samples of 2 numbers/],
      [() => live.push([1, NaN], 0), DataError, /column 1/],
      [() => live.push([1, 1e39], 0), DataError, /column 1/],
      [() => live.push([1, 2], 3), DataError, /label 3/],
      [() => live.push([1, 2], [[0]] as never), DataError, /label an array/],
      [() => live.push([1, 2], 0, 2), OptionError, /weighted/],
      [() => liveSet({ capacity: 0, inputs: 1, classes: 2 }), OptionError, /capacity 0/],
      [() => liveSet({ capacity: 1, inputs: 1 }), OptionError, /one of both/],
      [
        () => liveSet({ capacity: 1, inputs: 1, outputs: 1, clases: 2 } as never),
        OptionError,
        /classes/,
      ],
    ];
    for (const [work, kind, text] of refused) {
      assert.throws(
        work,
        (error: Error) => error instanceof kind && text.test(error.message),
        String(work),
      );
    }
    assert.is(live.count, 0);
    const model = new Sequential([2], [linear(2, 3)]);
    const rest = { model, loss: 'cross_entropy', optimizer: adam() } as const;
    const make = (more: object, dataset: object) =>
      Trainer.create(engine, { ...rest, dataset: { train: live, ...dataset }, ...more });
    await rejects(make({ data: 'streamed' }, {}), OptionError, 'live set');
    await rejects(make({}, { validation: 0.5 }), OptionError, 'live set');
    await rejects(make({ normalize: 'standardise' }, {}), OptionError, 'empty live set');
    await rejects(
      make({ model: new Sequential([3], [linear(3, 3)]) }, {}),
      OptionError,
      '2 inputs',
    );
    await rejects(
      make({ model: new Sequential([2], [linear(2, 2)]) }, {}),
      OptionError,
      '3 classes',
    );
    await withTrainer(engine, { ...rest, dataset: { train: live } }, async (trainer) => {
      await rejects(trainer.fit({ epochs: 1 }), OptionError, 'no samples');
      await rejects(trainer.evaluate('train'), OptionError, 'no samples');
      assert.is(trainer.run({ budget: 4 }), 0, 'nothing to do yet');
      const encoder = engine.device.createCommandEncoder();
      assert.throws(() => trainer.encode(encoder, 1), /live set/);
      live.push([1, 2], 1);
      await trainer.fit({ epochs: 1 });
      assert.is(trainer.step, 1);
    });
    // Nobody listens to it any more.
    live.push([1, 2], 1);
  }));

test.run();
