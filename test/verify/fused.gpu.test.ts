import { test } from 'uvu';
import { testOps } from './trial-tests.ts';

testOps('fused');
// The family above is what suits the adapter; this one is for all adapters.
testOps('fused', { family: 'portable', only: ['network gradients', 'training step'] });

test.run();
