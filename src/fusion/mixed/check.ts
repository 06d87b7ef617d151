import { ShaderError } from '../../errors.ts';
import { BufferUsage } from '../../gpu/constants.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { bindingCount, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { Arena, type BoundDispatch, encode } from '../../graph/executor.ts';
import { Graph, type Node } from '../../graph/graph.ts';
import {
  type Dispatch,
  type Factor,
  type Factors,
  type KernelChoice,
  ref,
} from '../../graph/op.ts';
import { planGraph } from '../../graph/planner.ts';
import { sizeOf, storageOf, toStorage } from '../../graph/tensor.ts';
import { factorsDispatch } from '../../ops/gemm/dispatch.ts';
import { input } from '../../ops/sources.ts';
import {
  HALF_TINY,
  HALF_ULP,
  halves,
  type MixedProduct,
  type MixedProducts,
  SCALE,
  type Scales,
} from './products.ts';

/** The relative error of an addition: WGSL does not say in which direction it rounds. */
const ULP = 2 ** -23;

/** Larger products are checked with fewer rows, columns or terms, to save time and memory. */
const MOST_ELEMENTS = 2 ** 24;

/**
 * Compares each product in mixed precision with the same one in full precision, on pseudo-random numbers, and refuses those that
 * are not within the bound of {@link boundOf}. Each is computed twice: with operands that f16 has exactly, so that nothing but
 * the order of sums may differ, and with others.
 *
 * @param choice the kernels of the family `tiled`
 */
export async function checkProducts(
  gpu: Gpu,
  mixed: MixedProducts,
  choice: KernelChoice,
): Promise<void> {
  for (const group of together(mixed.products)) {
    await Promise.all(
      group.map(async (product) => {
        const share = await shareOf(gpu, product, choice);
        if (share <= 1) return;
        const { m, n, k } = product.factors;
        const why =
          share === Infinity
            ? 'its kernel does not compile, or gives numbers that are not finite'
            : `its error is ${share.toPrecision(2)} times its bound`;
        mixed.refuse(product, `${product.label}, ${m}×${n}×${k}: ${why}`);
      }),
    );
  }
}

const elementsOf = ({ m, n, k }: Pick<Factors, 'm' | 'n' | 'k'>): number => m * k + k * n + m * n;

/** Products that are checked at the same time, because a device compiles several kernels at once. */
function together(products: readonly MixedProduct[]): MixedProduct[][] {
  const groups: MixedProduct[][] = [];
  let left = 0;
  for (const product of products) {
    left -= elementsOf(product.factors);
    if (left < 0) {
      groups.push([]);
      left = MOST_ELEMENTS;
    }
    groups[groups.length - 1].push(product);
  }
  return groups;
}

/**
 * How far an element of a product in mixed precision may be from the same in full precision: Σ over k of |a| |b| times the
 * errors of both operands and of two sums in any order (Higham 2002, section 3.1), and what operands lose that are below
 * f16's normal numbers.
 *
 * @param largest the largest |a| and |b|
 */
export function boundOf(k: number, largest: Scales, { a, b }: Scales, exact: boolean): number {
  const sums = 2 * (k + 1) * ULP;
  const rounding = exact ? 0 : 2 * HALF_ULP + HALF_ULP ** 2;
  const lost = exact ? 0 : HALF_TINY * (largest.b / a + largest.a / b);
  return k * (largest.a * largest.b * (rounding + sums) + lost);
}

/** The size of an operand as it is in training: of a gradient of one row's loss that is 1, or 1. */
const sizeFor = (scale: number): number => Math.min(1, SCALE / scale);

/** The largest error, as a share of its bound; Infinity if it is no number. */
async function shareOf(
  gpu: Gpu,
  { factors, scales }: MixedProduct,
  choice: KernelChoice,
): Promise<number> {
  const product = smaller(factors);
  const result = input(new Graph(), 'product', [product.m, product.n]);
  const { staging: _, ...full } = choice;
  const buffers = new Map<Node, GPUBuffer>();
  const bufferOf = (node: Node): GPUBuffer => {
    const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
    const buffer =
      buffers.get(node) ??
      gpu.buffers.allocate(`${node.name} of a check`, storageOf(node.spec).bytes, usage);
    buffers.set(node, buffer);
    return buffer;
  };
  const { maxBufferSize } = gpu.device.limits;
  const nothing = planGraph([], { kind: 'fused', rules: [], keep: [], choice, maxBufferSize });
  const arena = new Arena(gpu, nothing, {
    external: (one) => (one.kind === 'tensor' ? { buffer: bufferOf(one.node) } : undefined),
    named: {},
  });
  const bind = (dispatch: Dispatch): Promise<readonly BoundDispatch[]> =>
    arena.bind(dispatch.before ? [dispatch.before, dispatch] : [dispatch]);
  const run = async (bound: readonly BoundDispatch[]): Promise<Float32Array> => {
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, bound);
    pass.end();
    await gpu.submit(encoder);
    return arena.read(result);
  };
  const largest = { a: sizeFor(scales.a), b: sizeFor(scales.b) };
  let share = 0;
  try {
    const [inFull, inMixed] = await Promise.all([
      bind(factorsDispatch(result, product, full)),
      bind(factorsDispatch(result, product, { ...full, staging: () => halves(scales) })),
    ]);
    for (const exact of [true, false]) {
      for (const [of, size] of [
        [product.a, largest.a],
        [product.b, largest.b],
      ] as const) {
        for (const node of tensorsOf(of)) {
          const values = numbers(sizeOf(node.spec.shape), size, exact, of === product.a ? 1 : 2);
          gpu.device.queue.writeBuffer(bufferOf(node), 0, toStorage(node.spec, values));
        }
      }
      const wanted = await run(inFull);
      const got = await run(inMixed);
      const bound = boundOf(product.k, largest, scales, exact);
      for (let i = 0; i < got.length; i++) {
        const one = Math.abs(got[i] - wanted[i]) / bound;
        // Not `>`: it may be NaN.
        if (!(one <= share)) share = Number.isNaN(one) ? Infinity : one;
      }
    }
    return share;
  } catch (error) {
    if (error instanceof ShaderError) return Infinity;
    throw error;
  } finally {
    arena.destroy();
    for (const buffer of buffers.values()) gpu.buffers.free(buffer);
  }
}

/** The tensors that a factor reads. */
const tensorsOf = ({ parts }: Factor): Node[] =>
  parts
    .flatMap(({ bindings }) => Object.values(bindings))
    .flatMap((one) => (one.kind === 'tensor' ? [one.node] : []));

/** Whether a factor reads tensors of numbers and nothing else: no samples, for example. */
function readsNumbers(factor: Factor): boolean {
  const tensors = tensorsOf(factor);
  const all = bindingCount(factor.parts) === tensors.length;
  return all && tensors.every(({ spec }) => spec.dtype === 'f32');
}

/** The same product if it can be checked as it is; else one of matrices, and of fewer elements if it has too many. */
function smaller(factors: Factors): Factors {
  let { m, n, k, a, b } = factors;
  while (elementsOf({ m, n, k }) > MOST_ELEMENTS) {
    if (m >= Math.max(n, k)) m = Math.ceil(m / 2);
    else if (n >= k) n = Math.ceil(n / 2);
    else k = Math.ceil(k / 2);
  }
  const isSame = m === factors.m && n === factors.n && k === factors.k;
  const graph = new Graph();
  const matrixOf = (name: string, shape: readonly number[]) => ({
    [name]: ref(input(graph, `factor ${name}`, shape)),
  });
  if (!isSame || !readsNumbers(a)) {
    a = a.alongK
      ? { ...a, parts: [use(wgsl.loadARows, { bindings: { a: matrixOf('a', [m, k]).a } })] }
      : { ...a, parts: [use(wgsl.loadAColumns, { bindings: { a: matrixOf('a', [k, m]).a } })] };
  }
  if (!isSame || !readsNumbers(b)) {
    b = b.alongK
      ? { ...b, parts: [use(wgsl.loadBColumns, { bindings: { b: matrixOf('b', [n, k]).b } })] }
      : { ...b, parts: [use(wgsl.loadBRows, { bindings: { b: matrixOf('b', [k, n]).b } })] };
  }
  if (isSame) return { ...factors, a, b };
  return { m, n, k, a, b };
}

/** Numbers of both signs from size / 2 to size. @param exact only those that f16 has */
function numbers(count: number, size: number, exact: boolean, seed: number): Float32Array {
  const out = new Float32Array(count);
  let state = 0x9e3779b9 * seed;
  for (let i = 0; i < count; i++) {
    // Marsaglia 2003, "Xorshift RNGs".
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const bits = exact ? (state >>> 8) & 0x3ff : (state >>> 8) & 0x7fffff;
    const share = bits / (exact ? 2 ** 10 : 2 ** 23);
    out[i] = (state & 1 ? -size : size) * (0.5 + share / 2);
  }
  return out;
}
