import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// Every seventh trial of each op: the lists vary layouts, rates and shapes by twos, threes and fours, and 7
// meets each. `gradweave verify` runs them all.
testOps('plain', { every: THOROUGH ? 1 : 7 });

test.run();
