import { test } from 'uvu';
import { withSharedEngine } from '../gpu/helpers.ts';
import { small } from '../train/helpers.ts';
import { assertAsAlone } from './helpers.ts';

for (const given of [
  { plan: 'plain' },
  { plan: 'fused', family: 'portable' },
  { plan: 'fused', family: 'quad' },
  { plan: 'fused', family: 'tiled' },
] as const) {
  test(`networks have the bits of their runs alone: ${JSON.stringify(given)}`, () =>
    withSharedEngine((engine) =>
      assertAsAlone(engine, small(given), [{ seed: 1 }, { seed: 2 }], { epochs: 1 }),
    ));
}

test.run();
