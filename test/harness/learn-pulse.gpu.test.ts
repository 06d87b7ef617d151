import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textDataset } from '../../src/data/text.ts';
import { DestroyedError } from '../../src/errors.ts';
import { openProbe } from '../../src/harness/worker/probe.ts';
import { Pulse } from '../../src/harness/worker/pulse.ts';
import {
  deadUnits,
  movementOf,
  normOf,
  probeSize,
} from '../../src/harness/worker/pulse-numbers.ts';
import { watchedIn } from '../../src/harness/worker/watched-layers.ts';
import { GradientProbe } from '../../src/log/gradients.ts';
import { histogramOf } from '../../src/log/histogram.ts';
import { layerOutputs } from '../../src/nn/layer-outputs.ts';
import {
  adaptiveAvgPool2d,
  batchNorm2d,
  causalSelfAttention,
  conv2d,
  embedding,
  flatten,
  layerNorm,
  linear,
  relu,
  residual,
  Sequential,
} from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { runSteps } from '../../src/train/loop.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';
import { firstOf, small, smallGarments, withTrainer } from '../train/helpers.ts';

const near = (got: number | undefined, wanted: number, what: string): void =>
  assert.ok(
    got !== undefined && Math.abs(got - wanted) <= 1e-5 * (1 + Math.abs(wanted)),
    `${what}: ${got}, not ${wanted}`,
  );

/** The probe computes what one of the plain plan does. */
async function asPlain(trainer: Trainer): Promise<void> {
  const values = async (plan: 'plain' | 'fused'): Promise<readonly Float32Array[]> => {
    const probe = await openProbe(trainer, { plan });
    assert.ok(probe);
    const { session, outputs, slopes } = probe;
    session.seek(0);
    await runSteps(session.gpu, session, 0, 1, { chunk: 1 });
    const nodes = [...outputs.values(), ...slopes.values()];
    const all = await Promise.all(nodes.map((node) => session.read(node)));
    session.destroy();
    return all;
  };
  const [fused, plain] = [await values('fused'), await values('plain')];
  assert.is(fused.length, plain.length);
  for (const [at, stored] of plain.entries()) {
    const scale = stored.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    stored.forEach((value, i) => {
      assert.ok(Math.abs(fused[at][i] - value) <= 1e-5 * scale, `${at}, ${i}: ${fused[at][i]}`);
    });
  }
}

test('a run that is looked into has the same bits as one that is not', () =>
  withSharedEngine(async (engine) => {
    const options = { model: mlp([28, 28], [784, 24, 10], { dropout: 0.2 }), optimizer: adam() };
    const run = (looks: boolean) =>
      withTrainer(engine, small(options), async (trainer) => {
        const pulse = looks ? await Pulse.create(trainer) : undefined;
        const reading: Promise<unknown>[] = [];
        const losses: (number | null)[] = [];
        for (let i = 0; i < 6; i++) {
          if (pulse) reading.push(pulse.look());
          losses.push(...(await trainer.steps(2)));
          await Promise.all(reading);
        }
        pulse?.destroy();
        return {
          losses,
          weights: [...(await trainer.parameters())].map(([, { data }]) => [...data]),
        };
      });
    assert.equal(await run(true), await run(false));
  }));

test('kernels that are compiled in turn, each after its turn has come, compute the same', () =>
  withSharedEngine(async (engine) => {
    const options = { model: mlp([28, 28], [784, 12, 10]), optimizer: sgd({ learningRate: 0.1 }) };
    await withTrainer(engine, small(options), async (trainer) => {
      const turns: number[] = [];
      let count = 0;
      const pulses = [
        await Pulse.create(trainer),
        await Pulse.create(trainer, (done, all) => {
          turns.push(done);
          count = all;
        }),
      ];
      const [atOnce, inTurn] = [await pulses[0]?.look(), await pulses[1]?.look()];
      assert.ok(atOnce && inTurn && atOnce.cost > 0);
      assert.equal(inTurn.layers, atOnce.layers);
      assert.ok(count > 4);
      assert.equal(
        turns,
        Array.from({ length: count }, (_, i) => i),
      );
      for (const pulse of pulses) pulse?.destroy();
      const made = engine.buffers.liveBytes;
      const left = Pulse.create(trainer, (done) => {
        if (done === 2) throw new DestroyedError('nobody looks any more');
      });
      await rejects(left, DestroyedError, 'nobody looks');
      assert.is(engine.buffers.liveBytes, made);
    });
  }));

test('activations, dead units, gradients, norms and movement are those of the network', () =>
  withSharedEngine(async (engine) => {
    const model = mlp([28, 28], [784, 16, 10]);
    const dataset = firstOf(smallGarments(), 128, 50);
    const { train } = dataset;
    // One batch is the whole split, so that any order of it has the same gradient.
    const options = {
      model,
      dataset,
      batchSize: train.count,
      optimizer: sgd({ learningRate: 0.1 }),
    };
    await withTrainer(engine, small(options), async (trainer) => {
      const pulse = await Pulse.create(trainer);
      assert.ok(pulse);
      const first = await pulse.look();
      const before = await trainer.parameters();
      const probe = await GradientProbe.create(trainer);
      const slopes = await probe.at(trainer.step);
      probe.destroy();
      const outputs = layerOutputs(model, ['2', '3']);
      const inference = await trainer.inference({ batch: first.samples, model: outputs });
      const size = train.height * train.width;
      const samples = {
        ...train,
        count: first.samples,
        images: train.images.subarray(0, first.samples * size),
      };
      const pixels = Float32Array.from(samples.images, (byte) => byte / 255);
      const rows = await inference.predict(pixels);
      inference.destroy();
      assert.equal(
        first.layers.map(({ name, kind }) => `${name} ${kind}`),
        ['1 linear 784→16', '3 linear 16→10'],
      );
      first.layers.forEach((layer, at) => {
        const part = outputs.parts[at];
        const values = Float32Array.from({ length: first.samples * part.size }, (_, i) => {
          const row = Math.floor(i / part.size);
          return rows[row * outputs.outputShape[0] + part.first + (i % part.size)];
        });
        const wanted = histogramOf(values);
        assert.ok(wanted);
        for (const of of ['min', 'max', 'sum', 'count'] as const) {
          near(layer.activations?.[of], wanted[of], `${layer.name} ${of}`);
        }
        if (at === 0) assert.equal(layer.dead, deadUnits(values, 16));
        const weight = `${layer.name}.weight`;
        const slope = histogramOf(slopes.get(weight) ?? []);
        assert.ok(slope);
        for (const of of ['min', 'max'] as const)
          near(layer.gradients?.[of], slope[of], `${weight} ${of}`);
        near(layer.norm, normOf(before.get(weight)?.data as Float32Array), 'norm');
        assert.is(layer.movement, undefined);
      });
      assert.is(first.layers[1].dead, undefined);
      near(first.rate, 0.1, 'rate');
      await trainer.steps(3);
      const second = await pulse.look();
      const after = await trainer.parameters();
      assert.is(second.since, 3);
      const [now, then] = [after, before].map((all) => all.get('1.weight')?.data as Float32Array);
      near(second.layers[0].movement, movementOf(now, then, 3) ?? Number.NaN, 'movement');
      pulse.destroy();
    });
  }));

inLongRun(test)(
  'convolutions with batch norms and blocks inside of others can be looked into',
  () =>
    withSharedEngine(async (engine) => {
      const block = [conv2d(3, 3, 3, { padding: 1, bias: false }), batchNorm2d(3), relu()];
      const model = new Sequential(
        [28, 28],
        [
          conv2d(1, 3, 3, { stride: 4 }),
          relu(),
          residual(block),
          adaptiveAvgPool2d(1),
          flatten(),
          linear(3, 10),
        ],
      );
      await withTrainer(engine, small({ model }), async (trainer) => {
        const pulse = await Pulse.create(trainer);
        await trainer.steps(2);
        const { layers = [] } = (await pulse?.look()) ?? {};
        pulse?.destroy();
        assert.equal(
          layers.map(({ name, dead }) => [name, dead?.of]),
          [
            ['0', 3],
            ['2.0', 3],
            ['5', undefined],
          ],
        );
        for (const { activations, gradients } of layers) {
          assert.ok(activations && activations.count > 0 && Number.isFinite(activations.sum));
          assert.ok(gradients && gradients.max > gradients.min);
        }
        await asPlain(trainer);
      });
    }),
);

inLongRun(test)('a transformer of characters can be looked into', () =>
  withSharedEngine(async (engine) => {
    const text = textDataset('A rose is a rose. '.repeat(9), { length: 8, validation: 0.2 });
    const count = text.vocabulary.length;
    const attended = residual([layerNorm(8), causalSelfAttention(8, 2)]);
    const options = {
      model: new Sequential([8], [embedding(count, 8), attended, linear(8, count)]),
      dataset: text.data,
      loss: 'cross_entropy',
      optimizer: adam(),
      batchSize: 8,
    } as const;
    await withTrainer(engine, options, async (trainer) => {
      const pulse = await Pulse.create(trainer);
      const { layers = [] } = (await pulse?.look()) ?? {};
      pulse?.destroy();
      await asPlain(trainer);
      assert.ok(layers.length >= 2);
      for (const { name, activations, gradients } of layers) {
        assert.ok(activations && Number.isFinite(activations.sum), name);
        assert.ok(gradients && gradients.max > gradients.min, name);
      }
    });
  }),
);

test('dead units, norms and movement by hand; a probe is as large as there is room for', () => {
  assert.equal(deadUnits(Float32Array.of(0, 1, 0, 0, 0, 2), 3), { count: 1, of: 3 });
  assert.is(normOf([3, -4]), 5);
  // From (0, 0) to (3, 4) in 2 steps: 5 / (2 · 5).
  assert.is(movementOf(Float32Array.of(3, 4), Float32Array.of(0, 0), 2), 0.5);
  assert.is(movementOf(Float32Array.of(3, 4), Float32Array.of(0, 0), 0), undefined);
  assert.is(movementOf(Float32Array.of(0, 0), Float32Array.of(3, 4), 1), undefined);
  assert.is(probeSize(202, 60_000), 256);
  assert.is(probeSize(202, 100), 100);
  assert.is(probeSize(100_000, 60_000), 8);
  assert.is(probeSize(5_000_000, 60_000), 1);
  const watched = watchedIn(mlp([28, 28], [784, 4, 10], { activation: 'tanh', dropout: 0.5 }));
  assert.equal(
    watched.map(({ weight, seen, rectified }) => [weight, seen, rectified]),
    [
      ['1.weight', '2', false],
      ['4.weight', '4', false],
    ],
  );
});

test.run();
