import { test } from 'uvu';
import { testOps } from './trial-tests.ts';

// Every fifth trial of each op: the lists vary layouts, rates and shapes by twos, threes and fours, and 5
// meets each. `gradweave verify` runs them all.
testOps('plain', { every: 5 });

test.run();
