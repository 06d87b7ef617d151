import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// Every fifth trial of each op: the lists vary layouts, rates and shapes by twos, threes and fours, and 5
// meets each. `gradweave verify` runs them all.
testOps('plain', { every: THOROUGH ? 1 : 5 });

test.run();
