import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// Every eleventh product, with its gradients, by the family that suits the adapter; `gradweave verify`
// runs them all.
testOps('fused', { only: ['matmul'], every: THOROUGH ? 1 : 11 });

test.run();
