import { test } from 'uvu';
import {
  batchNorm2d,
  clipNorm,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  layerNorm,
  linear,
  maxPool2d,
  relu,
  Sequential,
  unflatten,
} from '../../src/nn/index.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam, averaged, inGroups, lion, nadam, rmsprop, sgd } from '../../src/nn/optimizers.ts';
import { cosineRate, warmup } from '../../src/nn/schedules.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { type ImageOptions, small } from '../train/helpers.ts';
import { assertAsAlone } from './helpers.ts';

const FAMILIES = [
  { plan: 'plain' },
  { plan: 'fused', family: 'portable' },
  { plan: 'fused', family: 'quad' },
  { plan: 'fused', family: 'tiled' },
] as const;

const withDropout = (rate: number) => mlp([28, 28], [784, 32, 16, 10], { dropout: rate });
const cnn = (rate: number) =>
  new Sequential(
    [28, 28],
    [
      unflatten([28, 28, 1]),
      conv2d(1, 6, 3, { padding: 1 }),
      batchNorm2d(6),
      relu(),
      maxPool2d(4),
      flatten(),
      dropout(rate),
      linear(294, 10),
    ],
  );
const normed = (rate: number) =>
  new Sequential(
    [28, 28],
    [flatten(), linear(784, 20), layerNorm(20), relu(), dropout(rate), linear(20, 10)],
  );

const NETWORKS: Readonly<Record<string, (rate: number) => ImageOptions['model']>> = {
  'a perceptron': withDropout,
  'a CNN with batch norm': cnn,
  'layer norm': normed,
};

for (const [name, model] of Object.entries(NETWORKS)) {
  for (const given of FAMILIES) {
    for (const count of name === 'a perceptron' ? [1, 3, 8] : [3]) {
      const runs = Array.from({ length: count }, (_, i) => ({
        seed: i,
        model: model(0.1 + 0.05 * i),
        optimizer: adam({ learningRate: 1e-3 * (i + 1) }),
      }));
      test(`${count} of ${name} have the bits of runs alone: ${Object.values(given)}`, () =>
        withSharedEngine((engine) =>
          assertAsAlone(engine, small({ ...given, model: model(0.1) }), runs, { epochs: 1 }),
        ));
    }
  }
}

test('64 networks have the bits of runs alone', () => {
  const runs = Array.from({ length: 64 }, (_, seed) => ({ seed }));
  return withSharedEngine((engine) =>
    assertAsAlone(engine, small(), runs, { epochs: 1 }, [0, 31, 63]),
  );
});

/** Options in which runs differ. */
const DIFFERENT: readonly (readonly [string, Partial<ImageOptions>, Partial<ImageOptions>])[] = [
  [
    'schedules and clips',
    { optimizer: sgd({ momentum: 0.9 }), schedule: warmup(5), clip: clipNorm(1) },
    { schedule: warmup(9), clip: clipNorm(0.1) },
  ],
  ['momenta', { optimizer: sgd({ momentum: 0.9 }) }, { optimizer: sgd({ momentum: 0.5 }) }],
  [
    'smoothing',
    { loss: crossEntropy({ labelSmoothing: 0.1 }) },
    { loss: crossEntropy({ labelSmoothing: 0.2 }) },
  ],
  ['averages', { optimizer: averaged(adam(), 0.9) }, { optimizer: averaged(adam(), 0.8) }],
  [
    'groups',
    { optimizer: inGroups(adam(), { '1.weight': { rateFactor: 2 } }) },
    { optimizer: inGroups(adam(), { '1.weight': { rateFactor: 3 } }) },
  ],
  ['lion', { optimizer: lion() }, { optimizer: lion({ learningRate: 1e-3 }) }],
  ['nadam', { optimizer: nadam() }, { optimizer: nadam({ momentumDecay: 0.1 }) }],
  ['rmsprop', { optimizer: rmsprop() }, { optimizer: rmsprop({ alpha: 0.9 }) }],
  [
    'lengths',
    { accumulate: 3, schedule: cosineRate({ totalSteps: 10 }) },
    { schedule: cosineRate({ totalSteps: 7 }) },
  ],
];

for (const [name, common, own] of DIFFERENT) {
  test(`runs differ in ${name}`, () =>
    withSharedEngine((engine) =>
      assertAsAlone(engine, small(common), [{}, { seed: 3, ...(own as object) }], { epochs: 1 }),
    ));
}

test.run();
