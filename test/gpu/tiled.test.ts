import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tiledBodies } from '../../src/gpu/gemm/tiled.ts';
import { link, type Part, use } from '../../src/gpu/link.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { gemmKernels } from './gemm-kernels.ts';

const product = (m: number, n: number, k: number) => {
  const [m4, n4, k4] = [m, n, k].map((size) => Math.ceil(size / 4));
  return { m, n, k, m4, n4, k4, bytesA: false, alongA: true, quick: false, alongB: false };
};
/** Products with many and few tiles, and with short and long sums. */
const PRODUCTS = [product(9, 5, 13), product(2048, 2048, 64), product(64, 64, 1024)];
const bodies = PRODUCTS.flatMap(tiledBodies);

test('the tiled GEMM links with every load and every epilogue, within eight bindings', () => {
  const tile: Part<string> = use(wgsl.gemmTileGrid);
  gemmKernels().forEach(({ title, parts }, i) => {
    const { name, file, constants } = bodies[i % bodies.length].part;
    const body: Part<string> = { name, file, constants, bindings: {} };
    const { bindings } = link([body, tile, ...parts.slice(1)]);
    assert.ok(bindings.length <= 8, title);
  });
});

test('the lanes of every tile divide the blocks of a round without remainder', () => {
  for (const { name, part } of bodies) {
    const { LANES_M, LANES_N, TILE_M, TILE_N, DEPTH4, SLICES, STAGED } = part.constants;
    const blocks = (LANES_M * TILE_M + LANES_N * TILE_N) * DEPTH4;
    assert.is(blocks % (LANES_M * LANES_N), 0, name);
    assert.ok(LANES_M * LANES_N * SLICES <= 256, name);
    assert.ok(16 * STAGED <= 16384, name);
  }
});

test('the fewer tiles there are, the smaller they are', () => {
  const names = [product(4096, 4096, 64), product(512, 512, 64), product(100, 128, 64)].map(
    (each) => tiledBodies(each)[0].name,
  );
  assert.equal(names, ['tiled 64×64', 'tiled 32×64', 'tiled 32×32']);
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

test.run();
