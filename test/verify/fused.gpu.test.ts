import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// Every eleventh product, with its gradients, with the adapter's family of kernels. `gradweave verify`
// runs all.
testOps('fused', { only: ['matmul'], every: THOROUGH ? 1 : 11 });

test.run();
