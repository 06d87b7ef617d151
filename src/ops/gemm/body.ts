import type { Part } from '../../gpu/link.ts';
import type { Ref } from '../../graph/op.ts';

/** A product C[m,n] = A[m,k] · B[k,n] and what is known of where its factors come from. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** The sizes in blocks of 4, as matrices are stored. */
  readonly m4: number;
  readonly n4: number;
  readonly k4: number;
  /** A is read as bytes, four elements a load. */
  readonly bytesA: boolean;
  /** What follows a block of A, of B, in memory is the next one along k. */
  readonly alongA: boolean;
  readonly alongB: boolean;
  /** The kernel is to be ready soon rather than fast. */
  readonly quick: boolean;
}

/**
 * In which order a kernel adds up the k products of an element. Kernels of one order give the same
 * bits, so a tuner may choose among them freely.
 *
 * - `sequential`: from the first to the last.
 * - `quad`: in groups of 16, each beginning with the four that the element's lane has loaded.
 * - `split N`: N sums of neighbouring products, each sequential, then these in turn.
 */
export type SumOrder = 'sequential' | 'quad' | `split ${number}`;

/** A kernel body for a product, with its tile and its grid. */
export interface GemmBody {
  /** Unique among the bodies for one product, e.g. `quad_rows 3×2`. */
  readonly name: string;
  readonly part: Part<Ref>;
  /** What the body itself has linked, besides the product's loads and epilogue. */
  readonly more?: readonly Part<Ref>[];
  readonly grid: readonly [number, number, number];
  readonly order: SumOrder;
  /**
   * The layers of the grid make sums of their own, which a second dispatch adds up. It has to be worth
   * a dispatch.
   */
  readonly partial?: boolean;
  /** What the model thinks that it costs a step on SwiftShader, in nanoseconds of one thread. */
  readonly cost: number;
}

/** Two sizes of a tile. */
export type Tile = readonly [m: number, n: number];

/**
 * SwiftShader's costs in nanoseconds of one hardware thread of two that share a core, for the four
 * lanes of a subgroup: a load by an index that is not constant is an emulated gather; the operands of
 * a multiply-add come from the stack.
 */
const LOAD = 18;
const MULTIPLY_ADD = 0.8;
/**
 * What compiling takes there, in milliseconds: a load of four elements that stands in the code is
 * sixteen branches, a load of bytes four; a multiply-add with what it takes to fetch its operands.
 */
const COMPILE_LOAD = 9;
const COMPILE_BYTES = 2.2;
const COMPILE_MULTIPLY_ADD = 0.35;
/** Nanoseconds a step that a millisecond of compiling is worth: it comes once in some 2,000 steps. */
const COMPILE = 500;
/** The same for kernels that a run begins with: what counts is when its first steps are done. */
const COMPILE_FIRST = 60_000;

/** What a kernel does for a subgroup and a step along k, and how much of it is code. */
export interface Work {
  readonly loadsA: number;
  readonly loadsB: number;
  readonly multiplyAdds: number;
  /** Loads of four elements, and multiply-adds, that stand in the code after unrolling. */
  readonly code: Readonly<Record<'loadsA' | 'loadsB' | 'multiplyAdds', number>>;
}

/**
 * What a kernel costs where loads are dear.
 *
 * @param tiles how many subgroups' worth of tiles
 */
export function modelCost({ k, bytesA, quick }: Product, tiles: number, work: Work): number {
  // Four elements in one load, which then are taken apart.
  const loads = (bytesA ? work.loadsA / 2 : work.loadsA) + work.loadsB;
  const running = tiles * k * (LOAD * loads + MULTIPLY_ADD * work.multiplyAdds);
  const { code } = work;
  const compiling =
    code.loadsA * (bytesA ? COMPILE_BYTES : COMPILE_LOAD) +
    code.loadsB * COMPILE_LOAD +
    code.multiplyAdds * COMPILE_MULTIPLY_ADD;
  return running + compiling * (quick ? COMPILE_FIRST : COMPILE);
}
