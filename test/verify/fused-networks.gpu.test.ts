import { test } from 'uvu';
import { testOps } from './trial-tests.ts';

// What fusion changes, by the family that suits the adapter.
testOps('fused', { only: ['network gradients', 'training step'] });

test.run();
