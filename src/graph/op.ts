import type { KernelFamily } from '../gpu/family.ts';
import type { Part } from '../gpu/link.ts';
import type { ReferenceName } from '../reference/table.ts';
import type { Node } from './graph.ts';
import type { TensorSpec } from './tensor.ts';

/** What a kernel's binding is bound to. */
export type Ref =
  /** A node's own storage. */
  | { readonly kind: 'tensor'; readonly node: Node }
  /** Parameters that lie side by side, first to last, or the optimizer's state for them. */
  | {
      readonly kind: 'parameters' | 'moment1' | 'moment2';
      readonly first: Node;
      readonly last: Node;
    }
  /** Computed tensors that the planner places side by side, each on a boundary of 256 bytes. */
  | { readonly kind: 'packed'; readonly nodes: readonly Node[] }
  /** A buffer of the program's, by name. */
  | { readonly kind: 'program'; readonly name: string };

/** A binding to a node's storage. */
export const ref = (node: Node): Ref => ({ kind: 'tensor', node });

/** Names of kernels by the key of what they serve, as a tuner has found them. */
export type Tuning = ReadonlyMap<string, string>;

/** What the choice of a kernel depends on besides the node. */
export interface KernelChoice {
  readonly family: KernelFamily;
  /** Loads cost much more than arithmetic: SwiftShader and its like. */
  readonly dearLoads: boolean;
  /** Prefer kernels that compile fast, for the first steps of a run. Default false. */
  readonly quick?: boolean;
  readonly tuning?: Tuning;
}

/** One of several ways to make the same dispatch. */
export interface KernelOption {
  readonly name: string;
  readonly parts: readonly Part<Ref>[];
  readonly grid: readonly [number, number, number];
}

/** One kernel launch of a plan. */
export interface Dispatch {
  /** What it computes, for people. */
  readonly label: string;
  readonly parts: readonly Part<Ref>[];
  /** Workgroups. */
  readonly grid: readonly [number, number, number];
  /** Arithmetic operations, a multiply-add counted as two. */
  readonly flop: number;
  /** A dispatch that must run first, and whose results only this one reads: see {@link scratch}. */
  readonly before?: Dispatch;
  /** Kernels that give the same bits, where there is a choice; `parts` and `grid` are the chosen's. */
  readonly tunable?: {
    readonly key: string;
    readonly chosen: string;
    readonly options: readonly KernelOption[];
  };
}

/** Whether a node's tensor is made by a kernel, shares its input's memory, or comes from outside. */
export type Residence = 'computed' | 'alias' | 'external' | 'effect';

/**
 * An operation: shape rule, gradient rule and kernel. `A` is what a node of this op knows besides its
 * inputs. Its float64 reference stands beside it but not in it, so that no engine is shipped with it.
 */
export interface Op<A extends object> {
  /** A name in the table of references: an op without a reference does not compile. */
  readonly name: ReferenceName;
  readonly residence: Residence;
  /** A loss of its first input against its second, or the gradient of one. */
  readonly loss?: boolean;
  /** The shape rule. @throws ShapeError where the inputs do not fit. */
  infer(inputs: readonly TensorSpec[], attributes: A): TensorSpec;
  /**
   * The gradient rule: given dL/d(node), builds dL/d(input) for each input; null where there is
   * none. `wanted[i]` says whether anybody asks for the i-th.
   */
  gradient?(node: Node<A>, dy: Node, wanted: readonly boolean[]): readonly (Node | null)[];
  /** The kernel for this node alone. Absent for aliases and external tensors. */
  dispatch?(node: Node<A>, choice: KernelChoice): Dispatch;
}
