import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gemmContender, gemmRow, gemmValues, LAYOUTS } from '../../src/bench/gemm.ts';
import { hashOf } from '../../src/bench/hash.ts';
import { watchGpu, watchMemory } from '../../src/bench/hooks.ts';
import { peakOf } from '../../src/bench/peak.ts';
import type { Layout } from '../../src/bench/peer.ts';
import { productsOf } from '../../src/bench/products.ts';
import { stepsOf, trainerOf } from '../../src/bench/step.ts';
import { runSteps } from '../../src/train/loop.ts';
import { withEngine, withQuickEngine, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { small, withTrainer } from '../train/helpers.ts';
import { smallTransformer } from './small.ts';

test('an epoch’s loop makes, writes and maps nothing, and submits once a chunk', () =>
  withQuickEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const { session, stepsPerEpoch } = trainer;
      const watch = watchGpu();
      await runSteps(engine, session, 0, stepsPerEpoch, { chunk: 8 });
      const { dispatches, submits, ...rest } = watch.stop();
      assert.is(dispatches, stepsPerEpoch * trainer.dispatchesPerStep);
      assert.is(submits, Math.ceil(stepsPerEpoch / 8));
      assert.equal(rest, { writes: 0, maps: 0, bindGroups: 0, buffers: 0 });
    }),
  ));

test('a contender does the steps that it is told to', () =>
  withQuickEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const watch = watchGpu();
      assert.ok((await stepsOf(engine, trainer, 'steps').run(5)) > 0);
      assert.is(watch.stop().dispatches, 5 * trainer.dispatchesPerStep);
    }),
  ));

test('the memory watch and the engine’s own accounts agree', () =>
  withQuickEngine(async (engine) => {
    const memory = watchMemory();
    try {
      await withTrainer(engine, small(), async () => {
        assert.is(memory.live, engine.buffers.liveBytes);
      });
      assert.is(memory.live, 0);
      assert.ok(memory.peak > 0);
    } finally {
      memory.stop();
    }
  }));

test('a transformer’s step is one submit and nothing else, and each of its products has its dispatches', () =>
  withSharedEngine(async (engine) => {
    const { spec, data } = smallTransformer();
    const trainer = await trainerOf(engine, data, { plan: 'fused', family: 'portable' }, spec);
    try {
      const { session } = trainer;
      const watch = watchGpu();
      await runSteps(engine, session, 0, 4, { chunk: 1 });
      const { dispatches, submits, ...rest } = watch.stop();
      assert.equal([dispatches, submits], [4 * trainer.dispatchesPerStep, 4]);
      assert.equal(rest, { writes: 0, maps: 0, bindGroups: 0, buffers: 0 });
      const found = productsOf(session.plan);
      // Queries to values, their product, two layers, the head: three products each. Attention: two, and its gradient five.
      assert.is(found.flatMap(({ products }) => products).length, 5 * 3 + 2 + 5);
      const numbers = found.flatMap((one) => one.dispatches);
      assert.is(new Set(numbers).size, numbers.length);
      const [{ what, products }] = found;
      assert.equal(
        [what, products],
        ['linear, forward', [{ layout: 'NN', m: 64, n: 48, k: 16, flop: 2 * 64 * 48 * 16 }]],
      );
    } finally {
      trainer.destroy();
    }
  }));

test('two trainers of one seed have one hash', () =>
  withQuickEngine(async (engine) => {
    const hash = (seed: number): Promise<string> =>
      withTrainer(engine, small({ seed }), async (trainer) => {
        await trainer.steps(5);
        return hashOf([...(await trainer.parameters()).values()].map(({ data }) => data));
      });
    assert.is(await hash(1), await hash(1));
    assert.is.not(await hash(1), await hash(2));
  }));

test('the products that are timed are right, in all layouts and families', () =>
  withEngine(async (engine) => {
    // No multiple of four: rows are padded.
    const n = 30;
    const values = gemmValues(n);
    for (const layout of Object.keys(LAYOUTS) as Layout[]) {
      const wanted = gemmRow(layout, n, values);
      // The tiled ones are held against each other elsewhere.
      for (const family of thoroughly(engine.families, (one) => one !== 'tiled')) {
        const contender = await gemmContender(engine, family, layout, n, values);
        await contender.run(2);
        const got = await contender.row();
        for (let i = 0; i < n; i++) assert.ok(Math.abs(got[i] - wanted[i]) < 1e-5, layout);
        contender.destroy();
      }
    }
  }));

test('the fastest peak kernel is kept and the others are freed', () =>
  withEngine(async (engine) => {
    const peak = await peakOf(engine);
    assert.is(engine.buffers.liveCount, 1);
    peak.destroy();
  }));

test.run();
