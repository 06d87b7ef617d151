import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// The networks that fusion changes, with the adapter's family of kernels.
// The dropout rates repeat every 3 trials, so every 4th trial covers them all.
testOps('fused', { only: ['network gradients', 'training step'], every: THOROUGH ? 1 : 4 });

test.run();
