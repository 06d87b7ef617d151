import { test } from 'uvu';
import { allTrials } from '../../src/verify/trials.ts';
import { testOps } from './trial-tests.ts';

/** Ops that fusion changes: these all have to be seen. */
const FUSED = ['matmul', 'network gradients', 'training step'];

testOps('fused', { only: FUSED });
// Alone, the others have the plain plan's kernels, only lowered. `gradweave verify` runs every trial.
const others = new Set(
  allTrials()
    .map(({ op }) => op)
    .filter((op) => !FUSED.includes(op)),
);
testOps('fused', { family: 'portable', only: [...others], every: 3 });
// The family above is what suits the adapter; this one is for all adapters.
testOps('fused', { family: 'portable', only: ['network gradients', 'training step'] });

test.run();
