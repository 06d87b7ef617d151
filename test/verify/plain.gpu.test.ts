import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// Every 17th trial of each op: layouts, rates and shapes repeat every 2, 3 and 4 trials, so this covers them
// all. `gradweave verify` runs every trial.
testOps('plain', { every: THOROUGH ? 1 : 17 });

test.run();
