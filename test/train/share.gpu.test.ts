import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BusyError, DestroyedError, OptionError, ShapeError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { linear, relu, Sequential, sigmoid, tanh } from '../../src/nn/layers.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { bitsOf, small, withTrainer } from './helpers.ts';

const valuesOf = async (trainer: Trainer) =>
  new Map([...(await trainer.parameters())].map(([name, { data }]) => [name, [...data]]));

test('two trainers over common parameters see each other’s steps; the optimizers are their own', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), (one) =>
      withTrainer(engine, small({ share: one, seed: 9 }), async (two) => {
        const initial = await bitsOf(one);
        assert.equal(await bitsOf(two), initial, 'the other’s are not set anew');
        await one.steps(3);
        assert.equal(await bitsOf(two), await bitsOf(one));
        assert.equal(
          (await two.snapshot()).tensors.get('moment1')?.get('7.bias'),
          new Float32Array(10),
        );
        // A step of its own is what a trainer alone makes of these parameters.
        const given = await valuesOf(one);
        const alone = await withTrainer(engine, small({ seed: 9 }), async (third) => {
          third.load(given);
          await third.steps(4);
          return bitsOf(third);
        });
        await two.steps(4);
        assert.equal(await bitsOf(two), alone);
        assert.equal(await bitsOf(one), alone);
        assert.is(one.step, 3);
        const images = small().dataset.test;
        if (!images) throw new Error('there is a test split');
        assert.equal(await one.predict(images as never), await two.predict(images as never));
        // Reset leaves what is the other's; a checkpoint of each brings each back.
        const copy = await checkpointOf(two);
        await one.steps(2);
        two.reset();
        assert.not.equal(await bitsOf(two), initial);
        restore(two, copy);
        assert.equal([await bitsOf(one), two.step], [alone, 4]);
      }),
    ),
  ));

const noise = new RandomStream([3, 1]);
const list = (count: number) => Array.from({ length: count }, () => noise.signed());
const FAMILIES = ['portable', 'quad', 'tiled'] as const;

const judge = (): TrainerOptions => ({
  model: new Sequential([2], [linear(2, 12), tanh(), linear(12, 1), sigmoid()]),
  dataset: { train: { inputs: list(80), targets: Array.from({ length: 40 }, (_, i) => i % 2) } },
  loss: 'mse',
  optimizer: adam({ learningRate: 0.01 }),
  batchSize: 20,
});

/** A generator in front of the judge: what it makes shall be taken for real. */
const forger = (from: Trainer, more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  model: new Sequential(
    [3],
    [linear(3, 8), relu(), linear(8, 2), linear(2, 12), tanh(), linear(12, 1), sigmoid()],
  ),
  dataset: { train: { inputs: list(120), targets: new Float32Array(40).fill(1) } },
  loss: 'mse',
  optimizer: adam({ learningRate: 0.01 }),
  batchSize: 20,
  share: {
    from,
    names: {
      '3.weight': '0.weight',
      '3.bias': '0.bias',
      '5.weight': '2.weight',
      '5.bias': '2.bias',
    },
  },
  frozen: (name) => Number(name[0]) >= 3,
  ...more,
});

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family} kernels: a generator trains through a discriminator that it leaves as it is`, () =>
    withSharedEngine(
      (engine) =>
        withTrainer(engine, judge(), async (discriminator) => {
          const options = forger(discriminator);
          await withTrainer(engine, options, async (generator) => {
            await discriminator.steps(5);
            const judged = await bitsOf(discriminator);
            const before = await valuesOf(generator);
            const [first] = await generator.fit({ epochs: 1 });
            assert.equal(await bitsOf(discriminator), judged, 'not a bit of it has changed');
            const after = await valuesOf(generator);
            for (const name of before.keys()) {
              const same = Number(name[0]) >= 3;
              assert.is(
                JSON.stringify(before.get(name)) === JSON.stringify(after.get(name)),
                same,
                name,
              );
            }
            const history = await generator.fit({ epochs: 40 });
            assert.ok(history[40].train.loss < first.train.loss, 'it learns to be taken for real');
            assert.equal(await bitsOf(discriminator), judged);
            const [old] = await generator.predict([[0.1, 0.2, 0.3]]);
            await discriminator.steps(10);
            assert.is.not((await generator.predict([[0.1, 0.2, 0.3]]))[0], old);
          });
        }),
      { family, quick: true },
    ));

  test(`${family} kernels: what is not frozen takes the steps that it takes in any plan`, () =>
    withSharedEngine(
      async (engine) => {
        const base = (more: Partial<TrainerOptions>): TrainerOptions => ({
          model: new Sequential([5], [linear(5, 9), relu(), linear(9, 7), relu(), linear(7, 3)]),
          dataset: {
            train: { inputs: list(200), labels: Array.from({ length: 40 }, (_, i) => i % 3) },
          },
          loss: 'cross_entropy',
          optimizer: sgd({ learningRate: 0.1 }),
          batchSize: 20,
          order: { kind: 'sequential' },
          ...more,
        });
        const { dataset } = base({});
        const stepped = (more: Partial<TrainerOptions>, steps: number) =>
          withTrainer(engine, base({ dataset, ...more }), async (trainer) => {
            await trainer.steps(steps);
            return valuesOf(trainer);
          });
        const initial = await stepped({}, 0);
        const free = await stepped({}, 1);
        for (const frozen of [
          ['0.weight', '0.bias'],
          ['2.bias'],
          ['4.weight', '4.bias'],
          ['2.weight', '4.bias'],
        ]) {
          for (const plan of ['fused', 'plain'] as const) {
            const got = await stepped({ frozen, plan }, 1);
            for (const [name, values] of got) {
              const wanted = (frozen.includes(name) ? initial : free).get(name) ?? [];
              const worst = Math.max(...values.map((x, i) => Math.abs(x - wanted[i])));
              assert.ok(
                worst <= (frozen.includes(name) ? 0 : 1e-6),
                `${frozen}, ${plan}, ${name}: ${worst}`,
              );
            }
          }
        }
      },
      { family, quick: true },
    ));
}

test('actor and critic share a trunk and have heads of their own', () =>
  withSharedEngine((engine) => {
    const inputs = list(40);
    const names = ['0.weight', '0.bias'];
    const head = (outputs: number, more: Partial<TrainerOptions> = {}): TrainerOptions => ({
      model: new Sequential([2], [linear(2, 8), tanh(), linear(8, outputs)]),
      dataset: { train: { inputs, targets: list(20 * outputs) } },
      loss: 'mse',
      optimizer: adam(),
      batchSize: 10,
      ...more,
    });
    return withTrainer(engine, head(3), (actor) =>
      withTrainer(engine, head(1, { share: { from: actor, names } }), async (critic) => {
        const before = [await valuesOf(actor), await valuesOf(critic)];
        await critic.steps(2);
        const after = [await valuesOf(actor), await valuesOf(critic)];
        assert.equal(after[0].get('0.weight'), after[1].get('0.weight'));
        assert.not.equal(after[0].get('0.weight'), before[0].get('0.weight'));
        assert.equal(after[0].get('2.weight'), before[0].get('2.weight'), 'the other head stays');
        const own = critic.parameterBuffer('0.weight');
        assert.is(own.buffer, actor.parameterBuffer('0.weight').buffer);
        // Watched as any other run.
        await critic.fit({ epochs: 1, watch: true });
      }),
    );
  }));

test('one of both trains at a time; the error names the other', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), (one) =>
      withTrainer(engine, small({ share: one }), async (two) => {
        let seen: Promise<void> | undefined;
        await one.fit({
          epochs: 1,
          onProgress: () => {
            seen ??= rejects(two.fit({ epochs: 1 }), BusyError, `fit() of ${one.name}`, 'shares');
            assert.throws(
              () => two.load(new Map()),
              (error: Error) => error instanceof BusyError,
            );
          },
        });
        await seen;
        assert.is(two.step, 0);
        await two.fit({ epochs: 1 });
        const renew = () => engine;
        for (const trainer of [one, two]) {
          await rejects(trainer.fit({ epochs: 1, renew }), OptionError, 'shares parameters');
        }
      }),
    ),
  ));

test('memory lives until neither needs it, whichever is destroyed first, in chains too', () =>
  withSharedEngine(async (engine) => {
    const images = small().dataset.test as never;
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const one = await Trainer.create(engine, small());
      const two = await Trainer.create(engine, small({ share: one }));
      const three = await Trainer.create(engine, small({ share: two }));
      await two.steps(2);
      const trainers = [one, two, three];
      const bits = await bitsOf(one);
      for (const [i, at] of order.entries()) {
        for (const left of order.slice(i)) assert.equal(await bitsOf(trainers[left]), bits);
        await trainers[at][Symbol.asyncDispose]();
      }
      await rejects(two.predict(images), DestroyedError, two.name);
      assert.equal(engine.memory().byOwner, []);
    }
    // The last of them trains on.
    const one = await Trainer.create(engine, small());
    const two = await Trainer.create(engine, small({ share: one }));
    await one[Symbol.asyncDispose]();
    await two.fit({ epochs: 1 });
    two.destroy();
  }));

test('what cannot be shared is refused, and nothing is left of it', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, judge(), async (one) => {
      const { model } = judge();
      const other = new Sequential([2], [linear(2, 13), tanh(), linear(13, 1)]);
      const cases: readonly (readonly [Partial<TrainerOptions>, typeof OptionError, string])[] = [
        [{ share: 5 as never }, OptionError, 'share: 5 was given; use a trainer'],
        [{ share: { from: engine as never, names: [] } }, OptionError, 'use a trainer'],
        [{ share: { from: one, names: ['0.weight'] } }, OptionError, 'belong to one layer'],
        [{ share: { from: one, names: [] } }, OptionError, 'nothing to share'],
        [{ share: { from: one, names: ['1.weight', '1.bias'] } }, OptionError, 'has no "1.weight"'],
        [{ share: { from: one, names: [{ toString: 1 } as never] } }, OptionError, 'toString'],
        [
          { share: { from: one, names: { '0.bias': 'bias' } } },
          OptionError,
          'other trainer has no "bias"',
        ],
        [{ share: one, model: other }, ShapeError, '0.weight'],
        [{ frozen: ['0.weigth'] }, OptionError, '0.weigth'],
        [{ frozen: () => true }, OptionError, 'all parameters are'],
        [{ frozen: '0.weight' as never }, OptionError, '"0.weight"'],
      ];
      const before = engine.memory();
      for (const [more, kind, text] of cases) {
        await rejects(Trainer.create(engine, { ...judge(), ...more }), kind, text);
      }
      assert.equal(engine.memory(), before);
      const apart = await Engine.create({ family: 'portable', quick: true });
      await rejects(
        Trainer.create(apart, { ...judge(), model, share: one }),
        OptionError,
        'another engine',
      );
      apart.destroy();
      one.destroy();
      await rejects(Trainer.create(engine, { ...judge(), share: one }), DestroyedError, one.name);
    }),
  ));

test.run();
