import { test } from 'uvu';
import { allTrials } from '../../src/verify/trials.ts';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

/** Ops that fusion changes. */
const FUSED = ['network gradients', 'training step'];

// The gradients' dropout rates repeat every 3 trials, so every 4th or 13th trial covers them all.
testOps('fused', { family: 'portable', only: ['network gradients'], every: THOROUGH ? 4 : 13 });
testOps('fused', { family: 'portable', only: ['training step'], every: THOROUGH ? 3 : 11 });
// Other ops, alone, have the plain plan's kernels, only lowered: one trial of every second one. `gradweave verify` runs every one.
const ops = new Set(allTrials().map(({ op }) => op));
const others = [...ops].filter((op) => ![...FUSED, 'matmul'].includes(op));
testOps('fused', {
  family: 'portable',
  only: others.filter((_, i) => THOROUGH || i % 2 === 0),
  every: THOROUGH ? 1 : Infinity,
  least: 1,
});

test.run();
