import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plan } from '../../src/fusion/index.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Arena, encode } from '../../src/graph/executor.ts';
import { Graph } from '../../src/graph/graph.ts';
import { toStorage } from '../../src/graph/tensor.ts';
import { bodiesFor } from '../../src/ops/gemm/dispatch.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { input } from '../../src/ops/sources.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { withEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';

/** A · B by the kernel of a name. */
async function multiply(
  engine: Engine,
  [m, n, k]: readonly [number, number, number],
  name: string,
): Promise<Float32Array> {
  const graph = new Graph();
  const factors = [input(graph, 'a', [m, k]), input(graph, 'b', [k, n])];
  const product = matmul(factors[0], factors[1]);
  const key = plan('fused', [product], [product], engine).dispatches[0].tunable?.key ?? '';
  const planned = plan('fused', [product], [product], engine, {
    tuning: new Map([[key, name]]),
  });
  const random = new RandomStream([1, 2]);
  const buffers = factors.map(({ name: title, spec: { shape } }) => {
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () => random.signed());
    const stored = toStorage(shape, values);
    return engine.buffers.allocate(title, stored.byteLength, GPUBufferUsage.STORAGE, stored);
  });
  const arena = new Arena(engine, planned, {
    external: (ref) => {
      const at = ref.kind === 'tensor' ? factors.indexOf(ref.node) : -1;
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
    return await arena.read(product);
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

test.run();
