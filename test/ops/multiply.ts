import * as assert from 'uvu/assert';
import { loadFamily, plan } from '../../src/fusion/index.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Arena, encode, readBuffer } from '../../src/graph/executor.ts';
import { Graph } from '../../src/graph/graph.ts';
import { storageOf, toStorage } from '../../src/graph/tensor.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { input } from '../../src/ops/sources.ts';
import { RandomStream } from '../../src/random/stream.ts';

/** The factors of A · B, and how to multiply them. */
export interface Multiplied {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Extra elements that are bound after each matrix: NaN after A and B, 7 after C. */
  readonly tail?: number;
}

/** Copies a matrix, and adds elements after it. */
const withTail = (stored: Float32Array, tail: number, value: number): Float32Array =>
  Float32Array.from({ length: stored.length + tail }, (_, i) => stored[i] ?? value);

/** The factors of A · B, row by row. */
function factorsOf(shapes: readonly (readonly number[])[]): Float32Array[] {
  const random = new RandomStream([1, 2]);
  return shapes.map(([rows, columns]) =>
    Float32Array.from({ length: rows * columns }, () => random.signed()),
  );
}

/** A · B in float64, neither transposed. */
export function exactProduct([m, n, k]: readonly [number, number, number]): Float64Array {
  const [a, b] = factorsOf([
    [m, k],
    [k, n],
  ]);
  const c = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let i = 0; i < k; i++) {
      for (let column = 0; column < n; column++) {
        c[row * n + column] += a[row * k + i] * b[i * n + column];
      }
    }
  }
  return c;
}

/** A · B by the kernel with this name: the stored C, and the elements after it. */
export async function multiply(
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
  const family = await loadFamily('fused', engine.family);
  const device = { device: engine.device, family };
  const key = plan('fused', [product], [product], device).dispatches[0].tunable?.key ?? '';
  const planned = plan('fused', [product], [product], device, {
    tuning: new Map([[key, name]]),
  });
  const values = factorsOf(factors.map(({ spec: { shape } }) => shape));
  const buffers = factors.map(({ name: title, spec: { shape } }, i) => {
    const stored = withTail(toStorage(shape, values[i]), tail, NaN);
    return engine.buffers.allocate(title, stored.byteLength, GPUBufferUsage.STORAGE, stored);
  });
  const blank = withTail(new Float32Array(storageOf(product.spec).bytes / 4), tail, 7);
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
