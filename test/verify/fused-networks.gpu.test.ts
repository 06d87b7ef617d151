import { test } from 'uvu';
import { THOROUGH } from '../run/thorough.ts';
import { testOps } from './trial-tests.ts';

// What fusion changes, by the family that suits the adapter.
// Rates turn by threes: 4 meets each of them.
testOps('fused', { only: ['network gradients', 'training step'], every: THOROUGH ? 1 : 4 });

test.run();
