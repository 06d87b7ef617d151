import { test } from 'uvu';
import { testOps } from './trial-tests.ts';

// Every fifth product, with its gradients, by the family that suits the adapter; `gradweave verify`
// runs them all.
testOps('fused', { only: ['matmul'], every: 5 });

test.run();
