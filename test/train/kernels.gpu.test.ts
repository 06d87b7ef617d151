import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { conv2d, flatten, linear, maxPool2d, relu, Sequential } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { rejects, withEngine, withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun, THOROUGH } from '../run/thorough.ts';
import { bitsOf, small, smallGarments, withTrainer } from './helpers.ts';

const START = { family: 'portable', steps: 6 } as const;
const STEPS = 10;

/** Kernels of the adapter's family take SwiftShader twice as long to compile as portable ones. */
const withTunable = (work: (engine: Engine) => Promise<void>): Promise<void> =>
  withEngine(work, THOROUGH ? {} : { family: 'portable' });

test('a warm start repeats bit by bit, in chunks of any size and after a reset', () =>
  withSharedEngine(async (engine) => {
    const seen: string[] = [];
    for (const chunk of [1, 4]) {
      await withTrainer(engine, small({ start: START, batchSize: 64 }), async (trainer) => {
        await trainer.fit({ epochs: 1, validate: false, chunk });
        seen.push((await bitsOf(trainer)).join());
        trainer.reset();
        await trainer.steps(STEPS);
        await trainer.steps(1);
        seen.push((await bitsOf(trainer)).join());
      });
    }
    assert.is(new Set(seen).size, 1);
  }));

test('the first steps are those of the starting family, the others those of the own', () =>
  withTunable(async (engine) => {
    const losses = async (options: Parameters<typeof small>[0]) => {
      let found: number[] = [];
      await withTrainer(engine, small(options), async (trainer) => {
        found = await trainer.steps(STEPS);
      });
      return found;
    };
    const portable = await losses({ family: 'portable' });
    const warm = await losses({ start: START });
    assert.equal(warm.slice(0, START.steps), portable.slice(0, START.steps));
    for (const [step, loss] of warm.entries()) {
      assert.ok(Math.abs(loss - portable[step]) < 1e-4, `step ${step}: ${loss}, ${portable[step]}`);
    }
  }));

test('a tuned run gives the bits of one that was not, and says which kernels it took', () =>
  withTunable(async (engine) => {
    const run = async (tuneBudget: number): Promise<string> => {
      let bits = '';
      await withTrainer(engine, small({ tuneBudget }), async (trainer) => {
        await trainer.steps(STEPS);
        bits = (await bitsOf(trainer)).join();
      });
      return bits;
    };
    const before = await run(0);
    assert.equal([...engine.tunings], []);
    const tuned = await run(3000);
    const found = [...engine.tunings];
    assert.ok(found.length > 0, 'nothing was tuned');
    assert.is(tuned, before);
    // What is known is taken without another race.
    await withTrainer(engine, small(), async (trainer) => {
      for (const { tunable } of trainer.session.plan.dispatches) {
        const known = tunable && engine.tunings.get(tunable.key);
        if (known !== undefined) assert.is(tunable?.chosen, known);
      }
      assert.is([...engine.tunings].length, found.length);
    });
  }));

inLongRun(test)('a tuned network keeps what its dispatches pass on', () =>
  withTunable(async (engine) => {
    // Its sums over rows and its products' partial sums lie in memory that is no tensor of the graph.
    const model = new Sequential(
      [28, 28],
      [conv2d(1, 8, 3, { padding: 1 }), relu(), maxPool2d(4), flatten(), linear(8 * 49, 10)],
    );
    const run = (tuneBudget: number) =>
      withTrainer(engine, small({ model, tuneBudget }), async (trainer) => {
        const losses = await trainer.steps(3);
        return { losses, bits: (await bitsOf(trainer)).join() };
      });
    const before = await run(0);
    assert.equal(await run(3000), before);
    assert.ok([...engine.tunings].length > 0, 'nothing was tuned');
  }),
);

test('evaluation and predictions use the trainer’s family', () =>
  withEngine(async (engine) => {
    const { device } = engine;
    const make = device.createShaderModule.bind(device);
    const compiled: string[] = [];
    Object.defineProperty(device, 'createShaderModule', {
      configurable: true,
      value: (descriptor: GPUShaderModuleDescriptor) => {
        compiled.push(descriptor.code);
        return make(descriptor);
      },
    });
    await withTrainer(engine, small({ family: 'portable' }), async (trainer) => {
      const before = compiled.length;
      await trainer.evaluate();
      await trainer.predict(smallGarments().test);
      assert.ok(compiled.length > before);
    });
    // Portable kernels use neither subgroups nor workgroup memory.
    const others = compiled.filter((code) => /quadSwap|var<workgroup>/.test(code));
    assert.equal(others, []);
  }));

test('the paper’s networks take at most 8 dispatches a step with every family', () =>
  withSharedEngine(async (engine) => {
    for (const family of ['portable', engine.family] as const) {
      for (const loss of ['mse', 'cross_entropy'] as const) {
        const model = mlp([28, 28], [784, 128, 64, 10], { dropout: 0.2 });
        await withTrainer(engine, small({ model, loss, family }), async (trainer) => {
          assert.ok(trainer.dispatchesPerStep <= 8, trainer.explain());
        });
      }
    }
  }));

test('an absurd budget or number of steps is refused', () =>
  withSharedEngine(async (engine) => {
    await rejects(
      withTrainer(engine, small({ tuneBudget: -1 }), async () => {}),
      OptionError,
      '-1',
    );
    const start = { family: 'portable', steps: 1.5 } as const;
    await rejects(
      withTrainer(engine, small({ start }), async () => {}),
      OptionError,
      '1.5',
    );
  }));

test.run();
