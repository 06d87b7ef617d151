import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadFamily, plan } from '../../src/fusion/index.ts';
import { checkProducts } from '../../src/fusion/mixed/check.ts';
import { halves, MixedProducts } from '../../src/fusion/mixed/products.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import type { FamilyKernels } from '../../src/gpu/gemm/body.ts';
import { kernelsOf } from '../../src/gpu/gemm/families.ts';
import { Arena, encode } from '../../src/graph/executor.ts';
import { Graph } from '../../src/graph/graph.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { input } from '../../src/ops/sources.ts';
import { withSharedEngine } from '../gpu/helpers.ts';

const TILED = { family: 'tiled', quick: true } as const;

/** A · I in mixed precision, with A [n, 4] multiplied by 64 before it is rounded. */
async function rounded(engine: Engine, rows: readonly (readonly number[])[]): Promise<number[][]> {
  const graph = new Graph();
  const a = input(graph, 'a', [rows.length, 4]);
  const b = input(graph, 'b', [4, 4]);
  const product = matmul(a, b);
  const planned = plan(
    'fused',
    [product],
    [product],
    { device: engine.device, family: await loadFamily('fused', 'tiled') },
    { staging: () => halves({ a: 64, b: 1 }) },
  );
  const identity = [0, 1, 2, 3].flatMap((row) => [0, 1, 2, 3].map((column) => +(row === column)));
  const padded = Math.ceil(rows.length / 4) * 16;
  const values = [rows.flat(), identity].map((list, i) => {
    const stored = new Float32Array(i === 0 ? padded : 16);
    stored.set(list);
    return engine.buffers.allocate(
      `factor ${i}`,
      stored.byteLength,
      GPUBufferUsage.STORAGE,
      stored,
    );
  });
  const arena = new Arena(engine, planned, {
    external: (ref) =>
      ref.kind === 'tensor' && ref.node !== product
        ? { buffer: values[ref.node === a ? 0 : 1] }
        : undefined,
    named: {},
  });
  try {
    const bound = await arena.bind(planned.dispatches);
    const encoder = engine.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, bound);
    pass.end();
    await engine.submit(encoder);
    const got = await arena.read(product);
    return rows.map((_, row) => [...got.slice(4 * row, 4 * row + 4)]);
  } finally {
    arena.destroy();
    for (const buffer of values) engine.buffers.free(buffer);
  }
}

test('operands are rounded to f16, cut off at its ends, and NaN and infinities stay', () =>
  withSharedEngine(async (engine) => {
    // As SwiftShader and others have no f16 of their own, any neighbour is right.
    const one = [1, 1 + 2 ** -10];
    const [exact, between, large, small, ...odd] = await rounded(engine, [
      [0.333251953125, -1.5, 0, 1023],
      [1 + 2 ** -11, -(1 + 2 ** -11), 1 + 2 ** -12, 1 + 2 ** -10],
      [1e6, -1e6, 3e38, 1024],
      [1e-9, -1e-9, 2 ** -20, 1e-40],
      [NaN, 1, 2, 3],
      [1, Infinity, 2, 3],
      [1, 2, -Infinity, 3],
    ]);
    assert.equal(exact, [0.333251953125, -1.5, 0, 1023]);
    for (const value of between) assert.ok(one.includes(Math.abs(value)), `${value}`);
    assert.equal(large, [1023.5, -1023.5, 1023.5, 1023.5]);
    for (const [i, value] of [1e-9, -1e-9, 0, 1e-40].entries()) {
      if (i !== 2) assert.ok(Math.abs(small[i] - value) <= 2 ** -20, `${small[i]}`);
    }
    assert.is(small[2], 2 ** -20);
    for (const row of odd) assert.ok(row.every(Number.isNaN), row.join());
  }, TILED));

/** Kernels whose way to stage f16 is changed. */
const changed = (kernels: FamilyKernels, from: string, to: string): FamilyKernels => ({
  ...kernels,
  bodies: (product, adapter) =>
    kernels.bodies(product, adapter).map((body) => ({
      ...body,
      more: (body.more ?? []).map((part) => {
        if (part.name !== 'gemm/halves') return part;
        assert.ok(part.file.source.includes(from));
        return { ...part, file: { ...part.file, source: part.file.source.replace(from, to) } };
      }),
    })),
});

test('the check accepts the kernels, and refuses one that is wrong or does not compile, with its figure', () =>
  withSharedEngine(async (engine) => {
    const kernels = await kernelsOf('tiled');
    const check = async (own: FamilyKernels): Promise<MixedProducts> => {
      const graph = new Graph();
      const [a, b] = [input(graph, 'a', [9, 13]), input(graph, 'b', [13, 5])];
      const mixed = new MixedProducts({ seed: a, rows: 100 });
      const product = matmul(a, b);
      product.op.dispatch?.(product, { ...own, staging: mixed.staging });
      assert.equal(
        mixed.products.map(({ scales }) => scales),
        [{ a: 4096, b: 1 }],
      );
      const { liveBytes } = engine.buffers;
      await checkProducts(engine, mixed, own);
      assert.is(engine.buffers.liveBytes, liveBytes, 'nothing is left');
      return mixed;
    };
    const right = await check(kernels);
    assert.equal([right.products.length, right.refused.length], [1, 0], right.refused.join());
    for (const [from, to, why] of [
      [
        'return UNSCALE * sum',
        'return sum',
        /^matmul, 9×5×13: its error is [\d.e+]+ times its bound$/,
      ],
      [
        'return UNSCALE * sum',
        'return UNSCALE + sum +',
        /^matmul, 9×5×13: its kernel does not compile/,
      ],
    ] as const) {
      const { products, refused } = await check(changed(kernels, from, to));
      assert.is(products.length, 0);
      assert.match(refused[0], why);
    }
  }, TILED));

test.run();
