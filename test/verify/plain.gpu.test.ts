import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// Layouts, rates and shapes repeat every 2, 3 and 4 trials, so every 23rd covers all of an op with many; one of an op
// with few. `gradweave verify` and the long run have every trial.
testOps('plain', {
  every: THOROUGH ? 1 : 23,
  least: THOROUGH ? 2 : 1,
  leastOf: { convolve: THOROUGH ? 6 : 4 },
});

test.run();
