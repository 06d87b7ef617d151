import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelsOf } from '../../src/gpu/gemm/families.ts';
import { withEngine } from '../gpu/helpers.ts';
import { multiply } from './multiply.ts';

const LAYOUTS = [
  ['NN', {}],
  ['NT', { transposeB: true }],
  ['TN', { transposeA: true }],
] as const;

/** More than any tile. */
const TAIL = 4096;

// For kernels with subgroups; test/shaders/races.test.ts checks the others, where reads out of bounds are errors.
for (const family of ['portable', 'quad', 'tiled'] as const) {
  for (const [layout, transposed] of LAYOUTS) {
    test(`${layout}, ${family} kernels: nothing after a matrix is read or written`, () =>
      withEngine(
        async (engine) => {
          // The second is deep enough for quads to exchange blocks along k.
          for (const size of [
            [21, 37, 13],
            [9, 70, 261],
          ] as const) {
            const [m, n, k] = size;
            const [m4, n4, k4] = size.map((one) => Math.ceil(one / 4));
            const alongA = layout !== 'TN';
            const alongB = layout === 'NT';
            const { bodies: bodiesFor } = await kernelsOf(family);
            const bodies = bodiesFor(
              { m, n, k, m4, n4, k4, bytesA: false, alongA, alongB, quick: false },
              engine.device.adapterInfo,
            );
            for (const { name } of bodies) {
              const alone = await multiply(engine, size, name, transposed);
              const before = await multiply(engine, size, name, { ...transposed, tail: TAIL });
              const same = alone.findIndex((value, i) => before[i] !== value);
              assert.is(same, -1, `${name} reads behind A or B: ${before[same]} at ${same}`);
              const touched = before.findIndex((value, i) => i >= alone.length && value !== 7);
              assert.is(touched, -1, `${name} writes behind C: ${before[touched]} at ${touched}`);
              assert.is(before.length, alone.length + TAIL);
            }
          }
        },
        { family },
      ));
  }
}

test.run();
