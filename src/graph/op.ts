import type { KernelFamily } from '../gpu/family.ts';
import type { Part } from '../gpu/link.ts';
import type { Node } from './graph.ts';
import type { TensorSpec } from './tensor.ts';

/** What a binding of a kernel refers to. */
export type Ref =
  /** A node's storage. */
  | { readonly kind: 'tensor'; readonly node: Node }
  /** Parameters that lie side by side, from first to last. */
  | { readonly kind: 'parameters'; readonly first: Node; readonly last: Node }
  /** A state that the optimizer keeps of them, by its name. */
  | { readonly kind: 'state'; readonly state: string; readonly first: Node; readonly last: Node }
  /** Computed tensors that the planner places side by side, each at a multiple of 256 bytes. */
  | { readonly kind: 'packed'; readonly nodes: readonly Node[] }
  /** A buffer of the program, by name, or one of these values, a multiple of 4. */
  | { readonly kind: 'program'; readonly name: string; readonly values?: Float32Array };

/** A reference to a node's storage. */
export const ref = (node: Node): Ref => ({ kind: 'tensor', node });

/** The kernel that a tuner chose for a product, by the product's key. */
export type Tuning = ReadonlyMap<string, string>;

/** What the choice of a kernel depends on, besides the node. */
export interface KernelChoice {
  readonly family: KernelFamily;
  /** Loads cost much more than arithmetic, as on SwiftShader. */
  readonly dearLoads: boolean;
  /** Prefer kernels that compile fast, for the first steps of a run. Default false. */
  readonly quick?: boolean;
  readonly tuning?: Tuning;
}

/** One of several kernels for the same dispatch. */
export interface KernelOption {
  readonly name: string;
  readonly parts: readonly Part<Ref>[];
  readonly grid: readonly [number, number, number];
}

/** One kernel launch. */
export interface Dispatch {
  /** What it computes, for messages and profiles. */
  readonly label: string;
  readonly parts: readonly Part<Ref>[];
  /** Workgroups in x, y and z. */
  readonly grid: readonly [number, number, number];
  /** Arithmetic operations. A multiply-add counts as two. */
  readonly flop: number;
  /** A dispatch that runs first, and whose results only this one reads; see {@link scratch}. */
  readonly before?: Dispatch;
  /** Other kernels with bit-identical results, if any. `parts` and `grid` are those of the chosen one. */
  readonly tunable?: {
    readonly key: string;
    readonly chosen: string;
    readonly options: readonly KernelOption[];
  };
}

/** A kernel without its store; see {@link Op.storing}. */
export interface Storing {
  readonly parts: readonly Part<Ref>[];
  dispatch(parts: readonly Part<Ref>[]): Dispatch;
}

/**
 * Where a node's tensor comes from: a kernel computes it, it shares its input's memory, or it comes from
 * outside. An `effect` has no tensor: its kernel updates state.
 */
export type Residence = (typeof RESIDENCES)[number];
/** All of them. */
export const RESIDENCES = ['computed', 'alias', 'external', 'effect'] as const;

/**
 * An operation: shape rule, gradient rule and kernel. `A` is the type of a node's settings. The float64
 * reference is separate, so that apps do not ship it.
 */
export interface Op<A extends object> {
  /** A name in the table of references, or the op has no reference. */
  readonly name: string;
  readonly residence: Residence;
  /** A loss of its first input against its second, or the gradient of one. */
  readonly loss?: boolean;
  /** The shape rule. @throws ShapeError if the inputs do not fit */
  infer(inputs: readonly TensorSpec[], attributes: A): TensorSpec;
  /**
   * The gradient rule: given dL/d(node), builds dL/d(input) for each input, or null for an input without
   * a gradient. `wanted[i]` says whether the i-th is needed.
   */
  gradient?(node: Node<A>, dy: Node, wanted: readonly boolean[]): readonly (Node | null)[];
  /**
   * For an op that computes each element by itself, from that of its first input: the parts that declare
   * `element` and `beginElement`, see shaders/element. Such ops are fused into the product before them.
   *
   * @param saved declares `savedAt`: how the second input is read, if not from its own memory
   */
  element?(node: Node<A>, saved?: Part<Ref>): readonly Part<Ref>[];
  /**
   * For a mask, whose gradient has the same mask: the part that declares `savedAt`, the input at elements that are
   * kept, from the output in memory. So the input need not be in memory.
   */
  restored?(node: Node<A>): Part<Ref>;
  /** For a mask: as `element`, for a gradient that a later op sets to 0 wherever the output is 0. */
  unmasked?(node: Node<A>): readonly Part<Ref>[];
  /** For a gradient: whether it is 0 wherever its second input is 0. */
  isZeroAtZero?(node: Node<A>): boolean;
  /** Whether its two inputs may be exchanged, with the same bits. */
  readonly commutes?: boolean;
  /**
   * For an op whose kernel gives each finished element to `store`, as shaders/gemm do: its parts without the store, and
   * the dispatch of all parts. Element ops after it are computed in its store.
   */
  storing?(node: Node<A>): Storing;
  /** The kernel that computes this node alone. Absent for aliases and external tensors. */
  dispatch?(node: Node<A>, choice: KernelChoice): Dispatch;
}
