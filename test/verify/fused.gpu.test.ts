import { test } from 'uvu';
import { testOps } from './trial-tests.ts';

// The products of every layout, with their gradients, by the family that suits the adapter.
testOps('fused', { only: ['matmul'] });

test.run();
