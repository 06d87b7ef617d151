import type { Staging } from '../../gpu/gemm/body.ts';
import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Node } from '../../graph/graph.ts';
import type { Factor, Factors } from '../../graph/op.ts';

/**
 * What the gradient of the loss of one row is multiplied by before it is rounded to f16. The gradients of a mean over N rows are
 * N times smaller, so they are multiplied by 64 · N, with N rounded down to a power of 2.
 *
 * f16 has 11 significant bits from 2⁻¹⁴ to 65504. So the gradients of one row's loss from 2⁻¹⁹ to 1023 are rounded by
 * 2⁻¹⁰ of themselves at most; smaller ones lose up to 2⁻¹⁹, and larger ones are cut off. Where it begins, that of
 * a cross-entropy is at most 1, as is that of a Huber loss, and that of a squared error is twice the error.
 */
export const SCALE = 64;

/** The scale of the gradients of a mean over so many rows: a power of 2, so that it rounds nothing. */
export const scaleFor = (rows: number): number => SCALE * 2 ** Math.floor(Math.log2(rows));

/** The relative error of an operand in f16, and what it may lose if it is below f16's normal numbers. */
export const HALF_ULP = 2 ** -10;
export const HALF_TINY = 2 ** -14;

/** What the operands of a product are multiplied by before they are rounded. */
export interface Scales {
  readonly a: number;
  readonly b: number;
}

/** A product whose operands are rounded to f16. */
export interface MixedProduct {
  readonly label: string;
  readonly factors: Factors;
  readonly scales: Scales;
}

/** What gradients are, in a graph. */
export interface Slopes {
  /** The gradient that differentiation begins with: everything that is computed from it is a gradient. */
  readonly seed: Node;
  /** Rows that the loss is the mean of. */
  readonly rows: number;
}

const partsOf = ({ parts }: Factor): string => parts.map(({ name }) => name).join(' ');

/** Products are checked once that have the same sizes, scales, and kernels' parts. */
const keyOf = ({ m, n, k, a, b }: Factors, scales: Scales): string =>
  [`${m}×${n}×${k}`, partsOf(a), scales.a, partsOf(b), scales.b].join(' ');

/**
 * The products of a plan in mixed precision: operands in f16, products and sums in f32; see shaders/gemm/halves.wgsl. Memory
 * has f32 alone, so weights are never rounded; and as each product takes its own scale out again, no gradient in memory
 * is scaled.
 */
export class MixedProducts {
  readonly #scale: number;
  readonly #seed: Node | undefined;
  readonly #slopes = new Map<Node, boolean>();
  readonly #products = new Map<string, MixedProduct>();
  readonly #refused = new Map<string, string>();

  /** Why there are none after all. */
  readonly obstacle: string | undefined;
  readonly #check: ((mixed: MixedProducts) => Promise<void>) | undefined;

  /**
   * @param slopes default: nothing is a gradient
   * @param obstacle why there are none after all; default none
   * @param check compares the products with those in full precision, and refuses some
   */
  constructor(slopes?: Slopes, obstacle?: string, check?: (mixed: MixedProducts) => Promise<void>) {
    this.obstacle = obstacle;
    this.#check = check;
    this.#scale = slopes ? scaleFor(slopes.rows) : 1;
    this.#seed = slopes?.seed;
  }

  /** Those that plans have asked for, and that are not refused. */
  get products(): readonly MixedProduct[] {
    return [...this.#products].filter(([key]) => !this.#refused.has(key)).map(([, one]) => one);
  }

  /** Why products are computed in full precision. */
  get refused(): readonly string[] {
    return [...this.#refused.values()];
  }

  /** Checks the products. @returns whether any was refused, so that plans change */
  async check(): Promise<boolean> {
    const before = this.#refused.size;
    await this.#check?.(this);
    return this.#refused.size > before;
  }

  /** From now on, plans compute a product in full precision. */
  refuse({ factors, scales }: MixedProduct, why: string): void {
    this.#refused.set(keyOf(factors, scales), why);
  }

  /** For plans, unless there is an obstacle. */
  readonly staging = (factors: Factors, label: string): Staging | undefined => {
    const scales = { a: this.#scaleOf(factors.a), b: this.#scaleOf(factors.b) };
    const key = keyOf(factors, scales);
    if (!this.#products.has(key)) this.#products.set(key, { label, factors, scales });
    return this.#refused.has(key) ? undefined : halves(scales);
  };

  /** What `explain` says about them. */
  get text(): string {
    if (this.obstacle) {
      return `Full precision, although mixed was asked for: ${this.obstacle}`;
    }
    const { products, refused } = this;
    const all = products.length + refused.length;
    const lines = refused.map((why) => `\n    In full precision: ${why}`);
    return `Mixed precision: ${products.length} of ${all} different products${lines.join('')}`;
  }

  /** What a tensor is multiplied by before it is rounded. */
  scaleOf(node: Node): number {
    return this.#isSlope(node) ? this.#scale : 1;
  }

  #scaleOf({ parts }: Factor): number {
    const bound = parts.flatMap(({ bindings }) => Object.values(bindings));
    return Math.max(1, ...bound.map((one) => (one.kind === 'tensor' ? this.scaleOf(one.node) : 1)));
  }

  #isSlope(node: Node): boolean {
    const known = this.#slopes.get(node);
    if (known !== undefined) return known;
    const found = node === this.#seed || node.inputs.some((input) => this.#isSlope(input));
    this.#slopes.set(node, found);
    return found;
  }
}

/** Operands in f16, multiplied by powers of 2. */
export const halves = (scales: Scales): Staging => ({
  name: ', f16',
  part: use(wgsl.gemmHalves, { constants: { SCALE_A: scales.a, SCALE_B: scales.b } }),
  elementsEach: 2,
});
