import type { KernelFamily } from '../family.ts';
import { type Part, use } from '../link.ts';
import * as wgsl from '../shaders.gen.ts';

/** A product C[m,n] = A[m,k] · B[k,n], and how its factors are read. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** The sizes in blocks of 4, as matrices are stored. */
  readonly m4: number;
  readonly n4: number;
  readonly k4: number;
  /** Whether A is read as bytes, four elements in a load. */
  readonly bytesA: boolean;
  /** Whether neighbouring blocks of A (of B) in memory are neighbours along k. */
  readonly alongA: boolean;
  readonly alongB: boolean;
  /** Prefer kernels that compile fast. */
  readonly quick: boolean;
  /** How the steps along k are divided. Default: the family's choice. */
  readonly shares?: Shares | undefined;
  /** How workgroup memory holds the operands, for the family `tiled`. Default as they are. */
  readonly staging?: Staging | undefined;
}

/** How workgroup memory holds the operands of a product. */
export interface Staging {
  /** In names of kernels, behind a comma; empty for none. */
  readonly name: string;
  /** See shaders/gemm/floats.wgsl. */
  readonly part: Part<never>;
  /** Staged elements, each of four numbers, that are as large as a vec4f. */
  readonly elementsEach: number;
}

/** How layers of the grid divide the steps along k of a product. */
export interface Shares {
  readonly layers: number;
  /** Declares `shareOf`, see shaders/gemm/parts.wgsl. */
  readonly part: Part<never>;
}

/**
 * The order in which a kernel adds the k products of an element. Kernels with the same order give the same bits, so
 * a tuner can choose among them.
 *
 * - `sequential`: from the first to the last.
 * - `quad`: in groups of 16, each starting with the four that the element's lane loaded.
 * - `split N`: N sums of neighbouring products, each sequential, then the N sums in order.
 */
export type SumOrder = 'sequential' | 'quad' | `split ${number}`;

/** A kernel body for a product, with its tile and its grid. */
export interface GemmBody {
  /** Unique among the bodies for one product, e.g. `quad_rows 3×2`. */
  readonly name: string;
  readonly part: Part<never>;
  /** Parts that the body needs, besides the product's loads and epilogue. */
  readonly more?: readonly Part<never>[];
  readonly grid: readonly [number, number, number];
  readonly order: SumOrder;
  /**
   * Whether each layer of the grid computes partial sums, which a second dispatch adds. It must save more than a
   * dispatch costs.
   */
  readonly partial?: boolean;
  /** The model's estimate for a step on SwiftShader, in nanoseconds of one thread. */
  readonly cost: number;
}

/** The kernels of a family. */
export interface FamilyKernels {
  readonly family: KernelFamily;
  /**
   * The candidate kernels for a product, the one expected to be fastest first. All sum in the same order.
   *
   * @param adapter what the kernels are for; default a GPU of an unknown vendor
   */
  readonly bodies: (product: Product, adapter?: GPUAdapterInfo) => GemmBody[];
}

/** Kernels, the one with the least estimated cost first. */
export const cheapest = (bodies: GemmBody[]): GemmBody[] => bodies.sort((a, b) => a.cost - b.cost);

/** What bodies have that add the steps of a layer from the first to the last: its part, its order, and the layers of its grid. */
export const layered = ({ shares }: Product) =>
  ({
    more: [shares?.part ?? use(wgsl.gemmWhole)],
    order: shares ? `split ${shares.layers}` : 'sequential',
    partial: shares !== undefined,
  }) satisfies Partial<GemmBody>;

/** The sizes of a tile. */
export type Tile = readonly [m: number, n: number];

/**
 * SwiftShader's costs for the four lanes of a subgroup, in nanoseconds of one of two hardware threads of a core. A
 * load with a variable index is an emulated gather. The operands of a multiply-add come from the stack.
 */
const LOAD = 18;
const MULTIPLY_ADD = 0.8;
/**
 * SwiftShader's milliseconds to compile each load of four elements in the code (sixteen branches), each load of bytes
 * (four branches), and each multiply-add with its operands.
 */
const COMPILE_LOAD = 9;
const COMPILE_BYTES = 2.2;
const COMPILE_MULTIPLY_ADD = 0.35;
/** A millisecond of compiling counts as this many nanoseconds per step, as in a run of 2,000 steps. */
const COMPILE = 500;
/** The same for the kernels of a warm start, where only the time until the first steps counts. */
const COMPILE_FIRST = 60_000;

/** The work of a kernel for a subgroup and a step along k, and its amount of code. */
export interface Work {
  readonly loadsA: number;
  readonly loadsB: number;
  readonly multiplyAdds: number;
  /** Loads of four elements, and multiply-adds, in the code after unrolling. */
  readonly code: Readonly<Record<'loadsA' | 'loadsB' | 'multiplyAdds', number>>;
}

/**
 * Estimates the cost of a kernel on adapters with expensive loads.
 *
 * @param tiles the number of tiles, in subgroups
 */
export function modelCost({ k, bytesA, quick }: Product, tiles: number, work: Work): number {
  // One load brings four elements, which are then unpacked.
  const loads = (bytesA ? work.loadsA / 2 : work.loadsA) + work.loadsB;
  const running = tiles * k * (LOAD * loads + MULTIPLY_ADD * work.multiplyAdds);
  const { code } = work;
  const compiling =
    code.loadsA * (bytesA ? COMPILE_BYTES : COMPILE_LOAD) +
    code.loadsB * COMPILE_LOAD +
    code.multiplyAdds * COMPILE_MULTIPLY_ADD;
  return running + compiling * (quick ? COMPILE_FIRST : COMPILE);
}
