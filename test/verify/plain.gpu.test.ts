import { test } from 'uvu';
import { testOps } from './trial-tests.ts';

// Every other shape of each op; `gradweave verify` runs them all.
testOps('plain', { every: 2 });

test.run();
