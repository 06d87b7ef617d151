import { test } from 'uvu';
import { allTrials } from '../../src/verify/trials.ts';
import { testOps } from './trial-tests.ts';

/** Ops that fusion changes. */
const FUSED = ['network gradients', 'training step'];

testOps('fused', { family: 'portable', only: FUSED, every: 3 });
// Alone, the others have the plain plan's kernels, only lowered. `gradweave verify` runs every trial.
const others = new Set(
  allTrials()
    .map(({ op }) => op)
    .filter((op) => ![...FUSED, 'matmul'].includes(op)),
);
testOps('fused', { family: 'portable', only: [...others], every: 4 });

test.run();
