import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runTrial } from '../../src/verify/run-trial.ts';
import type { Trial } from '../../src/verify/trial.ts';
import { stepTrial } from '../../src/verify/trials/step.ts';
import { UPDATE_RULES } from '../../src/verify/trials/updates.ts';
import { allTrials } from '../../src/verify/trials.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { THOROUGH } from '../run/thorough.ts';
import { assertWithin } from './trial-tests.ts';

/**
 * SwiftShader takes half a second or more to compile a kernel, and each product has its own kernels. So only these
 * products are run: with their gradients they cover every load, the edges and split sums. Other ops have the same
 * kernels in all families.
 */
const PRODUCTS = ['NN 65×33×31', 'NN 100×128×784'];

const trials = allTrials();

function testTrials(title: string, chosen: readonly Trial[]): void {
  test(`${title}, tiled kernels: the GPU is within the reference's bounds`, () =>
    withSharedEngine(
      async (engine) => {
        assert.ok(chosen.length > 0);
        for (const trial of chosen) assertWithin(trial, await runTrial(engine, trial, 'fused'));
      },
      { family: 'tiled' },
    ));
}

testTrials(
  'products',
  trials
    .filter(({ op, label }) => op === 'matmul' && PRODUCTS.includes(label))
    .slice(0, THOROUGH ? undefined : 1),
);
// All kinds of networks, and the paper's.
if (THOROUGH) {
  testTrials(
    'a training step',
    trials.filter(({ op }) => op === 'training step'),
  );
}

// SGD adds the plain gradient to the parameter. Two to four layers, odd sizes, a partial batch.
const STEP = { batch: 7, samples: 23, step: 3, drop: 0.5 } as const;
const STEPS = [
  stepTrial({ ...STEP, kind: 'tanh', loss: 'mse', widths: [49, 13, 9, 10] }, UPDATE_RULES[0]),
  stepTrial(
    { ...STEP, kind: 'sigmoid', loss: 'cross_entropy', widths: [21, 6, 5] },
    UPDATE_RULES[0],
  ),
  stepTrial(
    { ...STEP, kind: 'relu', loss: 'mse', widths: [16, 70, 12, 5, 3], drop: 0 },
    UPDATE_RULES[0],
  ),
  stepTrial(
    { ...STEP, kind: 'tanh', output: 'sigmoid', loss: 'autoencoder', widths: [18, 9, 18] },
    UPDATE_RULES[0],
  ),
];
// The one that is always run has three layers with dropout.
testTrials(
  'a training step of two to four layers',
  STEPS.filter((_, i) => THOROUGH || i === 0),
);

test.run();
