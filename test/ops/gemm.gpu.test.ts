import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plan } from '../../src/fusion/index.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Arena, encode, readBuffer } from '../../src/graph/executor.ts';
import { Graph } from '../../src/graph/graph.ts';
import { storageOf, toStorage } from '../../src/graph/tensor.ts';
import { bodiesFor } from '../../src/ops/gemm/dispatch.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { input } from '../../src/ops/sources.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { withEngine } from '../gpu/helpers.ts';
import { THOROUGH, thoroughly } from '../run/thorough.ts';

/** A · B as they are given, and what of it is asked for. */
interface Multiplied {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Elements behind each matrix that are bound with it: NaN behind A and B, 7 behind C. */
  readonly tail?: number;
}

/** Copies a matrix, with something behind it. */
const withTail = (stored: Float32Array, tail: number, value: number): Float32Array =>
  Float32Array.from({ length: stored.length + tail }, (_, i) => stored[i] ?? value);

/** A · B by the kernel of a name: C as it is stored, and its tail. */
async function multiply(
  engine: Engine,
  [m, n, k]: readonly [number, number, number],
  name: string,
  { transposeA = false, transposeB = false, tail = 0 }: Multiplied = {},
): Promise<Float32Array> {
  const graph = new Graph();
  const factors = [
    input(graph, 'a', transposeA ? [k, m] : [m, k]),
    input(graph, 'b', transposeB ? [n, k] : [k, n]),
  ];
  const product = matmul(factors[0], factors[1], { transposeA, transposeB });
  const key = plan('fused', [product], [product], engine).dispatches[0].tunable?.key ?? '';
  const planned = plan('fused', [product], [product], engine, {
    tuning: new Map([[key, name]]),
  });
  const random = new RandomStream([1, 2]);
  const buffers = factors.map(({ name: title, spec: { shape } }) => {
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () => random.signed());
    const stored = withTail(toStorage(shape, values), tail, NaN);
    return engine.buffers.allocate(title, stored.byteLength, GPUBufferUsage.STORAGE, stored);
  });
  const blank = withTail(new Float32Array(storageOf(product.spec.shape).bytes / 4), tail, 7);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const result = engine.buffers.allocate('c', blank.byteLength, usage, blank);
  buffers.push(result);
  const nodes = [...factors, product];
  const arena = new Arena(engine, planned, {
    external: (ref) => {
      const at = ref.kind === 'tensor' ? nodes.indexOf(ref.node) : -1;
      return at < 0 ? undefined : { buffer: buffers[at] };
    },
    named: {},
  });
  try {
    const bound = await arena.bind(planned.dispatches);
    const labels = planned.dispatches.map(({ tunable, label }) => tunable?.chosen ?? label).join();
    assert.ok(labels.includes(name), `${labels}, not ${name}`);
    const encoder = engine.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, bound);
    pass.end();
    engine.device.queue.submit([encoder.finish()]);
    return new Float32Array(await readBuffer(engine, result, blank.byteLength));
  } finally {
    arena.destroy();
    for (const buffer of buffers) engine.buffers.free(buffer);
  }
}

const SIZES = [
  [70, 70, 41],
  [21, 37, 261],
] as const;

// The second has sums that are split over workgroups.
for (const [m, n, k] of thoroughly(SIZES, ([, , k]) => k > 100)) {
  test(`${m}×${n}×${k}: all discrete kernels that may be chosen from give the same bits`, () =>
    withEngine(
      async (engine) => {
        const [m4, n4, k4] = [m, n, k].map((size) => Math.ceil(size / 4));
        const bodies = bodiesFor(
          { family: 'discrete', dearLoads: false },
          { m, n, k, m4, n4, k4, bytesA: false, alongA: true, alongB: false, quick: false },
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
      { family: 'discrete' },
    ));
}

const LAYOUTS = [
  ['NN', {}],
  ['NT', { transposeB: true }],
  ['TN', { transposeA: true }],
] as const;

/** More than any tile. */
const TAIL = 4096;

// What the races' detector shows of kernels without subgroups, the bound arrays' ends being errors there.
for (const family of thoroughly(
  ['portable', 'quad', 'discrete'] as const,
  (one) => one === 'quad',
)) {
  for (const [layout, transposed] of thoroughly(LAYOUTS, ([name]) => name === 'NN')) {
    test(`${layout}, ${family} kernels: nothing behind a matrix is read or written`, () =>
      withEngine(
        async (engine) => {
          // The second is deep enough for quads to turn along k.
          for (const size of [
            [21, 37, 13],
            [9, 70, 261],
          ] as const) {
            const [m, n, k] = size;
            const [m4, n4, k4] = size.map((one) => Math.ceil(one / 4));
            const alongA = layout !== 'TN';
            const alongB = layout === 'NT';
            const bodies = bodiesFor(
              { family, dearLoads: engine.adapter.software },
              { m, n, k, m4, n4, k4, bytesA: false, alongA, alongB, quick: false },
            );
            for (const { name } of THOROUGH ? bodies : bodies.slice(0, 3)) {
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
