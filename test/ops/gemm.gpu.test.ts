import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelsOf } from '../../src/gpu/gemm/families.ts';
import { withEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { multiply } from './multiply.ts';

const SIZES = [
  [70, 70, 41],
  [21, 37, 261],
] as const;

// The second has sums that are split among workgroups.
for (const [m, n, k] of thoroughly(SIZES, ([, , k]) => k > 100)) {
  test(`${m}×${n}×${k}: all candidate tiled kernels give the same bits`, () =>
    withEngine(
      async (engine) => {
        const [m4, n4, k4] = [m, n, k].map((size) => Math.ceil(size / 4));
        const { bodies: bodiesFor } = await kernelsOf('tiled');
        const bodies = bodiesFor(
          { m, n, k, m4, n4, k4, bytesA: false, alongA: true, alongB: false, quick: false },
          false,
        );
        assert.is(new Set(bodies.map(({ order }) => order)).size, 1);
        assert.ok(bodies.length >= 3);
        const [first, ...others] = bodies;
        const expected = await multiply(engine, [m, n, k], first.name);
        assert.ok(expected.some((value) => value !== 0));
        for (const { name } of others) {
          const got = await multiply(engine, [m, n, k], name);
          const off = got.findIndex((value, i) => value !== expected[i]);
          assert.is(off, -1, `${name} differs from ${first.name} at ${off}`);
        }
      },
      { family: 'tiled' },
    ));
}

test.run();
