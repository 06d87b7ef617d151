import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelsOf } from '../../src/gpu/gemm/families.ts';
import { withEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { exactProduct, multiply } from './multiply.ts';

const SIZES = [
  [70, 70, 41],
  // Sums of whole rounds.
  [40, 48, 64],
  // Every tile is beyond both edges, and is not the only one.
  [133, 131, 37],
  // Sums that are split among groups of lanes or workgroups, and among more.
  [21, 37, 261],
  [1021, 127, 4200],
] as const;

for (const [m, n, k] of thoroughly(SIZES, ([m, , k]) => m < 100 && k > 100)) {
  test(`${m}×${n}×${k}: all candidate tiled kernels give the same bits, near the exact ones`, () =>
    withEngine(
      async (engine) => {
        const [m4, n4, k4] = [m, n, k].map((size) => Math.ceil(size / 4));
        const { bodies: bodiesFor } = await kernelsOf('tiled');
        const bodies = bodiesFor(
          { m, n, k, m4, n4, k4, bytesA: false, alongA: true, alongB: false, quick: false },
          engine.device.adapterInfo,
        );
        assert.is(new Set(bodies.map(({ order }) => order)).size, 1);
        assert.ok(bodies.length >= 3);
        const [first, ...others] = bodies;
        const expected = await multiply(engine, [m, n, k], first.name);
        const exact = exactProduct([m, n, k]);
        for (let i = 0; i < m * n; i++) {
          const got = expected[Math.floor(i / n) * 4 * n4 + (i % n)];
          assert.ok(
            Math.abs(got - exact[i]) < 1e-6 * k,
            `${first.name}: ${got}, not ${exact[i]}, at ${i}`,
          );
        }
        // SwiftShader takes seconds to compile each of the large ones, and one for each of the others.
        for (const { name } of thoroughly(
          others,
          (body, i) => i % 2 === 0 && !/64×64|128/.test(body.name),
        )) {
          const got = await multiply(engine, [m, n, k], name);
          const off = got.findIndex((value, i) => value !== expected[i]);
          assert.is(off, -1, `${name} differs from ${first.name} at ${off}`);
        }
      },
      { family: 'tiled' },
    ));
}

test.run();
