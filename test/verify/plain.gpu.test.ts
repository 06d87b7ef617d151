import { test } from 'uvu';
import { testOps } from './trial-tests.ts';

// Every third shape of each op; `gradweave verify` runs them all.
testOps('plain', { every: 3 });

test.run();
