import { test } from 'uvu';
import { allTrials } from '../../src/verify/trials.ts';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// Layouts, rates and shapes repeat every 2, 3 and 4 trials, so every 23rd covers all of an op with many; one of an op
// with few. `gradweave verify` and the long run have every trial.
// Whole networks take seconds to compile; in the short run they are trained by the fused plan's tests alone.
const NETWORKS = ['models', 'networks with batch norms'];
const ops = [...new Set(allTrials().map(({ op }) => op))];
testOps('plain', {
  only: ops.filter((op) => THOROUGH || !NETWORKS.includes(op)),
  every: THOROUGH ? 1 : 23,
  least: THOROUGH ? 2 : 1,
  leastOf: { convolve: THOROUGH ? 6 : 4 },
});

test.run();
