import type { GemmBody, Product } from '../../gpu/gemm/body.ts';
import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Node } from '../../graph/graph.ts';
import {
  type Dispatch,
  type Factors,
  type KernelChoice,
  type KernelOption,
  type Ref,
  ref,
} from '../../graph/op.ts';
import { scratch } from '../../graph/scratch.ts';
import { trimFor } from '../map.ts';

/** A product, and the parts to link with it. */
export interface Gemm extends Factors {
  readonly label: string;
  /** `store/*`, with the parts that it needs. */
  readonly store: readonly Part<Ref>[];
}

/** The dispatch of a node that is a product, by itself. */
export const factorsDispatch = (
  node: Pick<Node, 'name' | 'spec'>,
  factors: Factors,
  choice: KernelChoice,
): Dispatch =>
  gemmDispatch(choice, {
    label: node.name,
    ...factors,
    store: [use(wgsl.storeMatrix, { bindings: { c: ref(node as Node) } }), trimFor(node.spec)],
  });

/** The dispatch of a product, with the tuned kernel, or else the first candidate. */
export function gemmDispatch(choice: KernelChoice, gemm: Gemm): Dispatch {
  const { label, m, n, k, a, b, store, shares } = gemm;
  const [m4, n4, k4] = [m, n, k].map((size) => Math.ceil(size / 4));
  const product: Product = {
    ...{ m, n, k, m4, n4, k4 },
    bytesA: a.bytes === true,
    alongA: a.alongK,
    alongB: b.alongK,
    quick: choice.quick === true,
    shares,
  };
  const parts = [...a.parts, ...b.parts, ...store];
  const bodies = choice.bodies(product, choice.dearLoads);
  const shape: Part<Ref> = use(wgsl.gemmShape, { constants: { M: m, N: n, K: k } });
  const linked = parts.map(({ name }) => name).filter((name) => /^(load|conv|store)\//.test(name));
  const key = `${choice.family} ${m}×${n}×${k} ${linked.join(' ')}`;
  const tuned = choice.tuning?.get(key);
  const chosen = bodies.find(({ name }) => name === tuned) ?? bodies[0];
  if (chosen.partial) return inTwoPasses(chosen, gemm, shape);
  const link = ({ part, more = [] }: GemmBody) => [part, ...more, shape, ...parts];
  // A tuner cannot time kernels of two dispatches, for lack of scratch memory, but a tuning may name them.
  const options = bodies
    .filter(({ partial }) => !partial)
    .map((body): KernelOption => ({ name: body.name, parts: link(body), grid: body.grid }));
  return {
    label,
    parts: link(chosen),
    grid: chosen.grid,
    flop: 2 * m * n * k,
    tunable: { key, chosen: chosen.name, options },
  };
}

/** A dispatch that writes partial sums to scratch memory, and one that adds them and runs the epilogue. */
const inTwoPasses = (
  { part, more = [], grid, name }: GemmBody,
  { label, m, n, k, a, b, store }: Gemm,
  shape: Part<Ref>,
): Dispatch =>
  summed({ label, m, n, layers: grid[2], shape, store }, (partials) => ({
    label: `${label}, ${name}`,
    parts: [
      ...[part, ...more, shape, ...a.parts, ...b.parts],
      use(wgsl.storeMatrix, { bindings: { c: partials } }),
      use(wgsl.padFull),
    ],
    grid,
    flop: 2 * m * n * k,
  }));

/** A result [m, n] that is a sum of `layers` matrices. */
export interface Summed extends Pick<Gemm, 'label' | 'm' | 'n' | 'store'> {
  readonly layers: number;
  /** Declares m and n. */
  readonly shape: Part<Ref>;
}

/**
 * Two dispatches: one writes matrices one below the other, with their rows padded to a multiple of 4, the other adds them.
 *
 * @param first the first, given the memory of the matrices
 */
export function summed(
  { label, m, n, layers, shape, store }: Summed,
  first: (partials: Ref) => Dispatch,
): Dispatch {
  const rows = 4 * Math.ceil(m / 4);
  const columns4 = Math.ceil(n / 4);
  const partials = ref(scratch('partial sums', [rows * layers, 4 * columns4]));
  return {
    label,
    before: first(partials),
    parts: [
      use(wgsl.gemmPartialSums, { constants: { PARTS: layers }, bindings: { partials } }),
      shape,
      ...store,
    ],
    grid: [Math.ceil(columns4 / 8), Math.ceil(rows / 8), 1],
    flop: m * n * layers,
  };
}
