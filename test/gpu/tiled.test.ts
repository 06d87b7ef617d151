import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { halves } from '../../src/fusion/mixed/products.ts';
import { portableKernels } from '../../src/gpu/gemm/portable.ts';
import { tiledBodies } from '../../src/gpu/gemm/tiled.ts';
import { link, type Part, use } from '../../src/gpu/link.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { thoroughly } from '../run/thorough.ts';
import { gemmKernels } from './gemm-kernels.ts';

const product = (m: number, n: number, k: number) => {
  const [m4, n4, k4] = [m, n, k].map((size) => Math.ceil(size / 4));
  return { m, n, k, m4, n4, k4, bytesA: false, alongA: true, quick: false, alongB: false };
};
/** Products with many and few tiles, and with short and long sums. */
const PRODUCTS = [product(9, 5, 13), product(2048, 2048, 64), product(64, 64, 1024)];
const MIXED = halves({ a: 1, b: 64 });
const bodies = PRODUCTS.flatMap((each) => tiledBodies(each));
const mixedBodies = PRODUCTS.flatMap((each) => tiledBodies({ ...each, staging: MIXED }));

test('the tiled GEMM links with every load and every epilogue, within eight bindings', () => {
  for (const some of [bodies, mixedBodies]) {
    thoroughly(gemmKernels(), (_, i) => i % 2 === 0).forEach(({ title, parts }, i) => {
      const { part, more = [] } = some[i % some.length];
      const own = [part, ...more].map((one): Part<string> => ({ ...one, bindings: {} }));
      const { bindings } = link([...own, ...parts.slice(1)]);
      assert.ok(bindings.length <= 8, title);
    });
  }
});

test('the lanes of every tile divide the blocks of a round, or are more', () => {
  for (const { name, part } of [...bodies, ...mixedBodies]) {
    const { LANES_M, LANES_N, TILE_M, TILE_N, DEPTH4, SLICES, STAGED } = part.constants;
    const lanes = LANES_M * LANES_N;
    for (const blocks of [LANES_M * TILE_M * DEPTH4, LANES_N * TILE_N * DEPTH4]) {
      assert.ok(blocks < lanes || blocks % lanes === 0, name);
    }
    assert.ok(LANES_M * LANES_N * SLICES <= 256, name);
    assert.ok((name.endsWith('f16') ? 8 : 16) * STAGED <= 16384, name);
  }
});

test('operands in f16 take half the memory, in tiles of the same sizes that sum in the same order', () => {
  bodies.forEach(({ name, part, order }, i) => {
    const mixed = mixedBodies[i];
    assert.is(mixed.name, `${name}, f16`);
    assert.is(mixed.order, order);
    const { SLICES, STAGED } = part.constants;
    // The sums of slices are as large as before.
    if (SLICES === 1) assert.ok(mixed.part.constants.STAGED * 8 <= STAGED * 8 + 1024, name);
    else assert.ok(mixed.part.constants.STAGED * 8 <= STAGED * 16, name);
  });
});

const NVIDIA = { vendor: 'nvidia' } as GPUAdapterInfo;

test('the fewer tiles there are, the smaller they are', () => {
  const names = [4096, 1536, 1024, 560, 300].map(
    (n) => tiledBodies(product(n, n, 64), NVIDIA)[0].name,
  );
  const sizes = ['128×128', '128×64', '64×64', '32×64', '32×32'];
  assert.equal(
    names,
    sizes.map((size) => `tiled ${size}`),
  );
});

test('GPUs with few registers for a lane begin with smaller tiles', () => {
  const names = ['amd', 'apple', 'intel', ''].map(
    (vendor) => tiledBodies(product(4096, 4096, 64), { vendor } as GPUAdapterInfo)[0].name,
  );
  assert.equal(
    names,
    ['128×128', '64×64', '32×64', '64×64'].map((size) => `tiled ${size}`),
  );
});

test('the tuner first tries the tiles nearest in size', () => {
  const names = tiledBodies(product(300, 300, 64), NVIDIA).map(({ name }) => name);
  const sizes = ['32×32', '64×32', '32×64', '64×64', '128×64', '128×128'];
  assert.equal(
    names,
    sizes.map((size) => `tiled ${size}`),
  );
});

test('sums that are split for some rows are added share by share in large tiles for many', () => {
  const names = [100, 1000, 10_000, 60_000].map(
    (m) => tiledBodies(product(m, 128, 784), NVIDIA)[0].name,
  );
  assert.equal(names, [
    'tiled 16×16, 8 slices',
    'tiled 16×32, 8 slices',
    'tiled 64×64, 8 sums',
    'tiled 128×64, 8 sums',
  ]);
});

test('tiles are as narrow as the product', () => {
  const names = [
    tiledBodies(product(78_400, 32, 64), NVIDIA),
    tiledBodies(product(19_600, 32, 288), NVIDIA),
    tiledBodies(product(10_000, 10, 64), NVIDIA),
  ].map(([{ name }]) => name);
  assert.equal(names, ['tiled 64×32', 'tiled 64×32, 8 sums', 'tiled 64×32']);
});

test('a product whose layers divide the sums has larger tiles if there are enough', () => {
  const part: Part<never> = use(wgsl.gemmParts, { constants: { PART4: 1 } });
  const names = [
    [9, 32],
    [288, 64],
  ].map(
    ([m, n]) => tiledBodies({ ...product(m, n, 19_600), shares: { layers: 70, part } }, NVIDIA)[0],
  );
  assert.equal(
    names.map(({ name }) => name),
    ['tiled 32×32, 70 parts', 'tiled 64×64, 70 parts'],
  );
});

test('very long sums are split into more shares', () => {
  const orders = [1024, 8192, 16_384, 78_400].map((k) => tiledBodies(product(9, 32, k))[0]);
  assert.equal(
    orders.map(({ order }) => order),
    ['split 8', 'split 16', 'split 32', 'split 128'],
  );
  assert.equal(
    orders.map(({ grid }) => grid[2]),
    [1, 16, 32, 128],
  );
});

test('the order of a sum is the same for every number of rows', () => {
  for (const [n, k] of [
    [128, 784],
    [10, 64],
    [64, 8192],
    [784, 128],
  ]) {
    const orders = [1, 16, 100, 10_000].flatMap((m) =>
      tiledBodies(product(m, n, k)).map(({ order }) => order),
    );
    assert.is(new Set(orders).size, 1, `${n}×${k}: ${orders.join()}`);
  }
});

test('only products with few tiles and very long sums take a second pass', () => {
  assert.is(tiledBodies(product(64, 64, 8192))[0].partial, true);
  assert.is(tiledBodies(product(100, 128, 784))[0].partial, false);
  assert.is(tiledBodies(product(4096, 256, 8192))[0].partial, false);
});

test('portable kernels have workgroups of whole waves on GPUs, if there are enough', () => {
  const lanes = (n: number, adapter?: Partial<GPUAdapterInfo>): number => {
    const [{ part, grid }] = portableKernels.bodies(product(n, n, 64), adapter as GPUAdapterInfo);
    const { WORKGROUP_X, WORKGROUP_Y, TILE_M, TILE_N } = part.constants;
    assert.ok(grid[0] * WORKGROUP_X * TILE_N >= n / 4 && grid[1] * WORKGROUP_Y * TILE_M >= n / 4);
    return WORKGROUP_X * WORKGROUP_Y;
  };
  assert.equal(
    [1000, 300].map((n) => lanes(n, NVIDIA)),
    [64, 16],
  );
  assert.is(lanes(1000, { description: 'SwiftShader' }), 16);
  assert.is(lanes(1000), 16);
});

test.run();
