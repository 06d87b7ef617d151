import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { FAMILIES } from '../../src/gpu/family.ts';
import { Inference } from '../../src/infer/inference.ts';
import { type Model, model } from '../../src/nn/index.ts';
import { linear, tanh } from '../../src/nn/layers.ts';
import { adam, averaged, inGroups, sgd } from '../../src/nn/optimizers.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import {
  assertSame,
  bitsOf,
  fitted,
  outcomeOf,
  small,
  smallGarments,
  withTrainer,
} from './helpers.ts';

const flat = (state: ReadonlyMap<string, { readonly data: Float32Array }>): number[] =>
  [...state.values()].flatMap(({ data }) => [...data]);

for (const plan of thoroughly(['fused', 'plain'] as const, (one) => one === 'fused')) {
  test(`${plan}: averages() is the moving average of the parameters, begun at the first ones`, () =>
    withSharedEngine((engine) => {
      const optimizer = averaged(sgd({ learningRate: 0.1, momentum: 0.9 }), 0.75);
      const frozen = ['1.bias'];
      return withTrainer(engine, small({ optimizer, plan, frozen }), async (trainer) => {
        const first = await trainer.parameters();
        let wanted = flat(first);
        assert.equal(flat(await trainer.averages()), wanted);
        for (let step = 0; step < 8; step++) {
          await trainer.steps(1);
          const now = flat(await trainer.parameters());
          wanted = wanted.map((mean, i) => 0.75 * mean + 0.25 * now[i]);
        }
        const averages = await trainer.averages();
        const found = flat(averages);
        const off = Math.max(...found.map((value, i) => Math.abs(value - wanted[i])));
        assert.ok(off < 1e-6, `off by ${off}`);
        const now = flat(await trainer.parameters());
        assert.ok(now.some((value, i) => Math.abs(value - wanted[i]) > 1e-3));
        assert.equal(averages.get('1.bias'), first.get('1.bias'));
        trainer.reset();
        assert.equal(flat(await trainer.averages()), flat(first));
      });
    }));
}

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family}: averaging changes no bit of the run, and resumes with it bit-identically`, () =>
    withSharedEngine(
      async (engine) => {
        const groups = { '1.weight': { rateFactor: 0.5 } };
        const whole = await fitted(engine, small({ optimizer: inGroups(adam(), groups) }), {
          epochs: 2,
        });
        const options = small({ optimizer: averaged(inGroups(adam(), groups), 0.9) });
        const [bytes, averages] = await withTrainer(engine, options, async (trainer) => {
          await trainer.steps(29);
          const taken = await checkpointOf(trainer);
          await trainer.steps(15);
          assertSame({ ...(await outcomeOf(trainer)), history: [] }, { ...whole, history: [] });
          return [taken, flat(await trainer.averages())] as const;
        });
        // The other way round it is the same optimizer.
        const other = small({ optimizer: inGroups(averaged(adam(), 0.9), groups) });
        await withTrainer(engine, other, async (trainer) => {
          await trainer.steps(44);
          assert.equal(flat(await trainer.averages()), averages);
        });
        await withTrainer(engine, options, async (trainer) => {
          restore(trainer, bytes);
          await trainer.steps(15);
          assert.equal(flat(await trainer.averages()), averages);
        });
      },
      { family },
    ));
}

test('an inference and a trainer take the averages', () =>
  withSharedEngine((engine) => {
    const options = small({ optimizer: averaged(adam(), 0.9) });
    return withTrainer(engine, options, async (trainer) => {
      await trainer.steps(30);
      const weights = await trainer.averages();
      const { model } = options;
      const inference = await Inference.create(engine, { model, weights, batch: 200 });
      const { images } = smallGarments().test;
      const pixels = Float32Array.from(images, (byte) => Math.fround(byte / 255));
      const outputs = await inference.predict(pixels);
      inference.destroy();
      await withTrainer(engine, small(), async (evaluated) => {
        evaluated.load(weights);
        const same = await evaluated.predict(smallGarments().test);
        assert.is(same.length, outputs.length);
        assert.ok(same.every((value, i) => Math.abs(value - outputs[i]) < 1e-4));
      });
      const bits = await bitsOf(trainer);
      assert.ok(flat(weights).length === bits.length);
    });
  }));

test('without averages, and with wrong ones, there is an error that says so', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      await rejects(
        trainer.averages(),
        OptionError,
        'averages(); adam keeps no average. Use averaged(adam(…), decay)',
      );
      assert.throws(() => averaged(adam(), 2), /decay 2/);
      assert.throws(() => averaged({} as never, 0.5), /optimizer/);
      assert.throws(() => averaged(averaged(adam(), 0.5), 0.5), /already/);
      const copy = { ...averaged(adam(), 0.5), averageDecay: 0.25, learningRate: 0.5 };
      await withTrainer(engine, small({ optimizer: copy }), async (other) => {
        const { averageDecay, learningRate } = other.options.optimizer as typeof copy;
        assert.equal([averageDecay, learningRate], [0.25, 0.5]);
        const bytes = await checkpointOf(other);
        assert.throws(() => restore(trainer, bytes), /optimizer/);
      });
    }),
  ));

/** A model that applies one layer twice. */
const tied = (): Model => {
  const shared = linear(6, 6);
  return model([2], (x) =>
    x
      .pipe(linear(2, 6))
      .pipe(tanh())
      .pipe(shared)
      .pipe(tanh())
      .pipe(shared)
      .pipe(tanh())
      .pipe(linear(6, 3)),
  );
};
const points = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const classes = points.map(([x, y]) => (x > 0 ? 1 : 0) + (y > 0 ? 1 : 0));

for (const [plan, accumulate] of thoroughly(
  [
    ['fused', 2],
    ['plain', 1],
    ['plain', 2],
    ['fused', 1],
  ] as const,
  (_, i) => i < 1,
)) {
  test(`${plan}, accumulate ${accumulate}: evaluate, predict and inference with the averages, as with a copy of them`, () =>
    withSharedEngine((engine) => {
      const options = {
        model: tied(),
        dataset: {
          train: { inputs: points, labels: classes },
          test: { inputs: points, labels: classes },
        },
        loss: 'cross_entropy',
        optimizer: averaged(sgd({ learningRate: 0.5, momentum: 0.9 }), 0.7),
        batchSize: 12,
        frozen: ['5.bias'],
        plan,
        accumulate,
      } as const;
      return withTrainer(engine, options, async (trainer) => {
        const average = { weights: 'average' } as const;
        const inference = await trainer.inference({ batch: 60, ...average });
        const all = async () => ({
          evaluation: await trainer.evaluate('test', average),
          outputs: await trainer.predict(points, average),
          direct: await inference.predict(points),
        });
        const same = async (): Promise<void> => {
          const weights = await trainer.averages();
          const found = await all();
          await withTrainer(engine, { ...options, optimizer: sgd() }, async (copy) => {
            copy.load(weights);
            assert.equal(await copy.evaluate(), found.evaluation);
            assert.equal(await copy.predict(points), found.outputs);
            assert.equal(found.direct, found.outputs);
          });
        };
        // Before the first update they are the weights, whatever these are.
        await same();
        assert.equal(await trainer.predict(points, average), await trainer.predict(points));
        trainer.load(
          new Map([
            ['5.bias', [1, 2, 3]],
            ['0.bias', [1, 0, 0, 0, 0, 2]],
          ]),
        );
        await same();
        assert.equal(await trainer.predict(points, average), await trainer.predict(points));
        await trainer.steps(1);
        await same();
        await trainer.steps(10);
        await same();
        const before = await trainer.evaluate('test', average);
        assert.not.equal(before, await trainer.evaluate());
        const history = await trainer.fit({
          epochs: 6,
          weights: 'average',
          stop: { on: 'test.loss', patience: 2, restoreBest: true },
        });
        const best = Math.min(...history.map(({ test: { loss } }) => loss));
        assert.is((await trainer.evaluate('test', average)).loss, best);
        await same();
        assert.throws(() => inference.load(new Map()), /averages of a trainer's weights/);
        const taken = await trainer.snapshot();
        const outputs = await trainer.predict(points, average);
        trainer.reset();
        await same();
        trainer.resume(taken);
        assert.equal(await trainer.predict(points, average), outputs);
        assert.equal(await inference.predict(points), outputs);
      });
    }));
}

test('weights that an optimizer does not keep are refused, by evaluate, predict, fit and inference', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const average = { weights: 'average' } as const;
      const { test: images } = smallGarments();
      const text =
        "weights: 'average' was given; adam keeps no average. Use averaged(adam(…), decay)";
      await rejects(trainer.evaluate('test', average), OptionError, text);
      await rejects(trainer.predict(images, average), OptionError, text);
      await rejects(trainer.fit({ epochs: 1, ...average }), OptionError, text);
      await rejects(trainer.inference({ batch: 4, ...average }), OptionError, text);
      await rejects(trainer.predict(images, { weights: 'mean' as 'last' }), OptionError, 'weights');
    }),
  ));

test.run();
