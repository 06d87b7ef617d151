import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// Layouts, rates and shapes repeat every 2, 3 and 4 trials, so every 23rd covers all of an op with many.
// `gradweave verify` runs every trial.
testOps('plain', { every: THOROUGH ? 1 : 23, leastOf: { convolve: 6 } });

test.run();
