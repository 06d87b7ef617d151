import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { FAMILIES } from '../../src/gpu/family.ts';
import { type Clip, clipNorm, clipValue } from '../../src/nn/clip.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { warmup } from '../../src/nn/schedules.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun, thoroughly } from '../run/thorough.ts';
import { assertSame, fitted, outcomeOf, small, withTrainer } from './helpers.ts';
import { ReferenceTrainer } from './reference.ts';

/** One step of w · 3 + b from w = b = 1 to 0: the gradients are 24 and 8, their norm is √640. */
const stepOf = (engine: Engine, clip: Clip) =>
  withTrainer(
    engine,
    {
      model: new Sequential([1], [linear(1, 1)]),
      dataset: { train: { inputs: [3], targets: [0] } },
      loss: 'mse',
      optimizer: sgd({ learningRate: 1 }),
      clip,
    },
    async (trainer) => {
      trainer.load(
        new Map([
          ['0.weight', [1]],
          ['0.bias', [1]],
        ]),
      );
      await trainer.steps(1);
      const parameters = await trainer.parameters();
      return ['0.weight', '0.bias'].map((name) => parameters.get(name)?.data[0] ?? NaN);
    },
  );

const near = (found: readonly number[], wanted: readonly number[]): void =>
  wanted.forEach((value, i) => {
    assert.ok(Math.abs(found[i] - value) < 1e-6 * (1 + Math.abs(value)), `${found}, not ${wanted}`);
  });

test('gradients are clipped as by torch.nn.utils', () =>
  withSharedEngine(async (engine) => {
    const factor = 1 / (Math.sqrt(640) + 1e-6);
    near(await stepOf(engine, clipNorm(1)), [1 - 24 * factor, 1 - 8 * factor]);
    near(await stepOf(engine, clipNorm(30)), [-23, -7]);
    near(await stepOf(engine, clipNorm(Infinity)), [-23, -7]);
    near(await stepOf(engine, clipValue(0.5)), [0.5, 0.5]);
    near(await stepOf(engine, clipValue(10)), [-9, -7]);
  }));

test('the norm of the last step is that of the gradients before they were clipped', () =>
  withSharedEngine(async (engine) => {
    for (const plan of ['fused', 'plain'] as const) {
      const options = small({ clip: clipNorm(0.01), optimizer: sgd({ learningRate: 0.1 }), plan });
      const reference = new ReferenceTrainer(options);
      const normOf = () =>
        Math.hypot(...[...reference.gradients().values()].flatMap((data) => [...data]));
      await withTrainer(engine, options, async (trainer) => {
        assert.is(await trainer.gradientNorm(), null);
        for (let step = 0; step < 23; step++) {
          const wanted = normOf();
          await trainer.steps(1);
          reference.train();
          const found = (await trainer.gradientNorm()) ?? NaN;
          assert.ok(Math.abs(found / wanted - 1) < 1e-4, `step ${step}: ${found}, not ${wanted}`);
        }
        trainer.reset();
        assert.is(await trainer.gradientNorm(), null);
      });
    }
  }));

inLongRun(test)('frozen parameters do not count', () =>
  withSharedEngine(async (engine) => {
    const normWith = (frozen: readonly string[]) =>
      withTrainer(engine, small({ clip: clipNorm(Infinity), frozen }), async (trainer) => {
        await trainer.steps(1);
        return (await trainer.gradientNorm()) ?? NaN;
      });
    const names = small().model.parameters.map(({ name }) => name);
    const biases = names.filter((name) => name.endsWith('bias'));
    const weights = names.filter((name) => name.endsWith('weight'));
    const all = await normWith([]);
    const sum = Math.hypot(await normWith(biases), await normWith(weights));
    assert.ok(Math.abs(all / sum - 1) < 1e-5, `${all}, not ${sum}`);
  }),
);

test('to measure only changes no bit of the plain plan', () =>
  withSharedEngine(async (engine) => {
    const options = small({ plan: 'plain' });
    const whole = await fitted(engine, options, { epochs: 1 });
    const measured = { ...options, clip: clipNorm(Infinity) };
    assertSame(await fitted(engine, measured, { epochs: 1 }), whole);
  }));

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family}: a clipped and scheduled run resumes bit-identically; explain() says what clipping costs`, () =>
    withSharedEngine(
      async (engine) => {
        for (const clip of [clipNorm(0.5), clipValue(0.01)]) {
          const options = small({ optimizer: adam(), clip, schedule: warmup(30) });
          const whole = await fitted(engine, options, { epochs: 2 });
          const bytes = await withTrainer(engine, options, async (trainer) => {
            const why =
              clip.kind === 'norm'
                ? 'another op reads its gradient, which therefore is in memory'
                : 'its gradient is clipped first';
            assert.match(trainer.explain().replace(/\s+/g, ' '), why);
            if (family === 'tiled') {
              const text = trainer.explain().replace(/\s+/g, ' ');
              assert.match(
                text,
                'not in the plan of three dispatches: its gradient must be in memory',
              );
            }
            await trainer.steps(29);
            return checkpointOf(trainer);
          });
          await withTrainer(engine, options, async (trainer) => {
            restore(trainer, bytes);
            await trainer.steps(15);
            assertSame({ ...(await outcomeOf(trainer)), history: [] }, { ...whole, history: [] });
          });
        }
      },
      { family },
    ));
}

inLongRun(test)('the norm is there after a warm start, too', () =>
  withSharedEngine((engine) => {
    const start = { family: 'portable', steps: 2 } as const;
    return withTrainer(engine, small({ clip: clipNorm(1), start }), async (trainer) => {
      const norms: (number | null)[] = [];
      for (let i = 0; i < 4; i++) {
        await trainer.steps(1);
        norms.push(await trainer.gradientNorm());
      }
      assert.ok(norms.every((norm) => Number(norm) > 0.1) && new Set(norms).size === 4, `${norms}`);
    });
  }),
);

test('wrong clips are refused by name', () =>
  withSharedEngine(async (engine) => {
    for (const call of [
      () => clipNorm(0),
      () => clipNorm(Number.NaN),
      () => clipValue(-1),
      () => clipValue(Infinity),
      () => clipValue('1' as never),
    ]) {
      assert.throws(call, (error: unknown) => error instanceof OptionError);
    }
    await rejects(Trainer.create(engine, small({ clip: 1 as never })), OptionError, 'clip: 1');
    const copy = { ...clipNorm(1), largest: -1 };
    await rejects(Trainer.create(engine, small({ clip: copy })), OptionError, 'clipNorm');
    await withTrainer(engine, small({ clip: { ...clipNorm(1), largest: 2 } }), async (trainer) => {
      assert.is(trainer.options.clip?.largest, 2);
      const bytes = await checkpointOf(trainer);
      await withTrainer(engine, small(), async (other) => {
        assert.throws(() => restore(other, bytes), /clip/);
        await rejects(other.gradientNorm(), OptionError, 'clipNorm');
      });
    });
  }));

test.run();
