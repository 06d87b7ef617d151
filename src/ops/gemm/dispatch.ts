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
  const staging = choice.staging?.(gemm, label);
  const product: Product = {
    ...{ m, n, k, m4, n4, k4 },
    staging,
    bytesA: a.bytes === true,
    alongA: a.alongK,
    alongB: b.alongK,
    quick: choice.quick === true,
    shares,
  };
  const parts = [...a.parts, ...b.parts, ...store];
  const bodies = choice.bodies(product, choice.adapter);
  const shape: Part<Ref> = use(wgsl.gemmShape, { constants: { M: m, N: n, K: k } });
  const linked = parts.map(({ name }) => name).filter((name) => /^(load|conv|store)\//.test(name));
  const key = `${choice.family}${staging?.name ?? ''} ${m}×${n}×${k} ${linked.join(' ')}`;
  const tuned = choice.tuning?.get(key);
  const chosen = bodies.find(({ name }) => name === tuned) ?? bodies[0];
  const link = ({ part, more = [] }: GemmBody, last: readonly Part<Ref>[]) => [
    ...[part, ...more, shape, ...a.parts, ...b.parts],
    ...last,
  ];
  const { grid, name } = chosen;
  const flop = 2 * m * n * k;
  if (chosen.partial) {
    return summed(gemm, shape, grid[2], (c) => ({
      label: `${label}, ${name}`,
      parts: link(chosen, [use(wgsl.storeMatrix, { bindings: { c } }), use(wgsl.padFull)]),
      grid,
      flop,
    }));
  }
  // A tuner cannot time kernels of two dispatches, for lack of scratch memory, but a tuning may name them.
  const options = bodies
    .filter(({ partial }) => !partial)
    .map((body): KernelOption => ({ name: body.name, parts: link(body, store), grid: body.grid }));
  return {
    label,
    parts: link(chosen, store),
    grid,
    flop,
    tunable: { key, chosen: name, options },
  };
}

/**
 * Two dispatches for the sum of `layers` matrices [m, n]: one writes them one below the other, with their rows padded to a
 * multiple of 4, the other adds them.
 *
 * @param shape declares m and n
 * @param first the first, given the memory of the matrices
 */
export function summed(
  { label, m, n, store }: Pick<Gemm, 'label' | 'm' | 'n' | 'store'>,
  shape: Part<Ref>,
  layers: number,
  first: (partials: Ref) => Dispatch,
): Dispatch {
  const partials = ref(scratch('partial sums', [4 * Math.ceil(m / 4) * layers, n]));
  return {
    label,
    before: first(partials),
    parts: [
      use(wgsl.gemmPartialSums, { constants: { PARTS: layers }, bindings: { partials } }),
      shape,
      ...store,
    ],
    grid: [Math.ceil(n / 32), Math.ceil(m / 8), 1],
    flop: m * n * layers,
  };
}
