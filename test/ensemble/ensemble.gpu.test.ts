import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Ensemble } from '../../src/ensemble/ensemble.ts';
import { clipNorm } from '../../src/nn/clip.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { warmup } from '../../src/nn/schedules.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { bitsOf, small } from '../train/helpers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { assertAsAlone, outcomesOf } from './helpers.ts';

const withDropout = (dropout: number) => mlp([28, 28], [784, 32, 16, 10], { dropout });

/** Runs that differ in all that may differ. */
const RUNS = [
  { seed: 1 },
  { seed: 2, model: withDropout(0.4), optimizer: adam({ learningRate: 3e-3 }) },
  { seed: 3, optimizer: adam({ betas: [0.8, 0.99], epsilon: 1e-6, weightDecay: 0.1 }) },
];

for (const given of [
  { plan: 'plain' },
  { plan: 'fused', family: 'portable' },
  { plan: 'fused', family: 'quad' },
  { plan: 'fused', family: 'tiled' },
] as const) {
  test(`networks have the bits of their runs alone: ${JSON.stringify(given)}`, () =>
    withSharedEngine((engine) => assertAsAlone(engine, small(given), RUNS, { epochs: 1 })));
}

test('schedules and clipping differ, too', () =>
  withSharedEngine((engine) =>
    assertAsAlone(
      engine,
      small({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) }),
      [
        { schedule: warmup(5), clip: clipNorm(1) },
        { schedule: warmup(9), clip: clipNorm(0.1), seed: 4 },
      ],
      { epochs: 1 },
    ),
  ));

test('networks that stop leave the dispatches, and the others are as alone', () =>
  withSharedEngine((engine) =>
    assertAsAlone(
      engine,
      small(),
      [{ seed: 1, optimizer: adam({ learningRate: 0.1 }) }, { seed: 2 }, { seed: 3, optimizer: adam({ learningRate: 0.05 }) }, {seed: 5}],
      { epochs: 4, stop: { on: 'test.loss', patience: 1, restoreBest: true } },
    ),
  ));

test.run();
void assert; void Ensemble; void bitsOf; void Trainer; void outcomesOf;
