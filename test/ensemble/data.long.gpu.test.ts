import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textDataset } from '../../src/data/text.ts';
import { Ensemble } from '../../src/ensemble/ensemble.ts';
import {
  bceWithLogits,
  causalSelfAttention,
  dropout,
  embedding,
  gelu,
  layerNorm,
  linear,
  ownOptimizer,
  pointwise,
  pointwiseLoss,
  positionalEmbedding,
  relu,
  residual,
  Sequential,
} from '../../src/nn/index.ts';
import { adam, adamw } from '../../src/nn/optimizers.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, fitted, small } from '../train/helpers.ts';
import { assertAsAlone, outcomesOf } from './helpers.ts';

const LENGTH = 6;
const TEXT = 'the cat sat on the mat and the dog sat on the log. '.repeat(3);
const { data, vocabulary } = textDataset(TEXT, { length: LENGTH, validation: 0.2 });

const transformer = (rate: number) =>
  new Sequential(
    [LENGTH],
    [
      embedding(vocabulary.length, 8),
      positionalEmbedding(LENGTH, 8),
      residual([layerNorm(8), causalSelfAttention(8, 2), dropout(rate)]),
      residual([layerNorm(8), linear(8, 16), gelu(), linear(16, 8)]),
      linear(8, vocabulary.length),
    ],
  );

const RUNS = [1, 2, 3].map((seed) => ({
  seed,
  model: transformer(0.1 * seed),
  optimizer: adamw({ learningRate: 0.004 * seed, weightDecay: 0.01 * seed }),
}));

for (const family of ['portable', 'quad', 'tiled'] as const) {
  test(`transformers that learn from a text have the bits of runs alone: ${family}`, () =>
    withSharedEngine((engine) =>
      assertAsAlone(
        engine,
        {
          model: transformer(0.1),
          dataset: data,
          loss: 'cross_entropy',
          optimizer: adamw(),
          batchSize: 16,
          family,
        },
        RUNS,
        { epochs: 2 },
      ),
    ));
}

test('arrays with targets, standardised, have the bits of runs alone', () => {
  const inputs = Float32Array.from({ length: 600 }, (_, i) => 3 + Math.sin(i));
  const targets = Float32Array.from({ length: 200 }, (_, i) => Number(inputs[3 * i] > 3));
  return withSharedEngine((engine) =>
    assertAsAlone(
      engine,
      {
        model: new Sequential([3], [linear(3, 9), relu(), linear(9, 1)]),
        dataset: { train: { inputs, targets }, test: { inputs, targets } },
        loss: bceWithLogits(),
        optimizer: adam({ learningRate: 0.01 }),
        normalize: 'standardise',
        batchSize: 32,
      },
      [{ seed: 1 }, { seed: 2 }, { optimizer: adam({ learningRate: 0.1 }) }],
      { epochs: 3 },
    ),
  );
});

test('activations, losses and optimizers of the caller’s have the bits of runs alone', () => {
  const softsign = pointwise({
    name: 'softsign',
    wgsl: `
      fn value(x: f32) -> f32 { return x / (1.0 + abs(x)); }
      fn derivative(x: f32) -> f32 { let d = 1.0 + abs(x); return 1.0 / (d * d); }`,
  });
  const cubic = pointwiseLoss({
    name: 'cubic',
    wgsl: `
      fn value(x: f32, t: f32) -> f32 { let d = abs(x - t); return d * d * d; }
      fn derivative(x: f32, t: f32) -> f32 { let d = x - t; return 3.0 * d * abs(d); }`,
  });
  const velocity = (beta: number, learningRate: number) =>
    ownOptimizer({
      name: 'my momentum',
      learningRate,
      options: { beta },
      states: ['velocity'],
      wgsl: `
        fn update(w: vec4f, gradient: vec4f, state: ptr<function, State>, o: Options) -> vec4f {
          (*state).velocity = o.beta * (*state).velocity + gradient;
          return w - o.learningRate * (*state).velocity;
        }`,
    });
  const inputs = Float32Array.from({ length: 128 }, (_, i) => i / 64 - 1);
  const train = { inputs, targets: inputs.map((x) => Math.sin(3 * x)) };
  return withSharedEngine((engine) =>
    assertAsAlone(
      engine,
      {
        model: new Sequential([1], [linear(1, 32), softsign(), linear(32, 1)]),
        dataset: { train },
        loss: cubic,
        optimizer: velocity(0.9, 0.003),
        batchSize: 32,
      },
      [{ seed: 1 }, { seed: 2 }, { optimizer: velocity(0.5, 0.01) }],
      { epochs: 3 },
    ),
  );
});

test('images that change at random have the bits of runs alone', () =>
  withSharedEngine((engine) =>
    assertAsAlone(
      engine,
      small({ augment: { flip: true, shift: 2 }, family: 'portable' }),
      [{ seed: 1 }, { seed: 2 }],
      { epochs: 1 },
    ),
  ));

test('a run that is stopped in an epoch finishes it in the next call', () =>
  withSharedEngine(async (engine) => {
    const options = small({ family: 'portable' });
    const ensemble = await Ensemble.create(engine, {
      ...options,
      runs: [{ seed: 1 }, { seed: 2 }],
    });
    const stop = new AbortController();
    const fitting = ensemble.fit({
      epochs: 3,
      signal: stop.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 1) setTimeout(() => stop.abort(), 20);
      },
    });
    const reason = await fitting.then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.is(reason, stop.signal.reason);
    const done = ensemble.members[0].history.length;
    await ensemble.fit({ epochs: 3 - done });
    const outcomes = await outcomesOf(ensemble);
    ensemble.destroy();
    const alone = await fitted(engine, { ...options, seed: 2 }, { epochs: 3 });
    assertSame(outcomes[1], alone);
  }));

test.run();
