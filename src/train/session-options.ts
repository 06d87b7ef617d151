import type { PlacedSplit } from '../data/place.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { Slopes } from '../fusion/mixed/products.ts';
import type { KernelFamily, OldKernelFamily } from '../gpu/family.ts';
import type { Part } from '../gpu/link.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { Ref } from '../graph/op.ts';
import type { ParameterStore } from '../graph/store.ts';
import type { Schedule } from '../nn/schedules/rule.ts';
import type { Every, OptimizerRule } from '../ops/update.ts';
import type { Order } from './order.ts';

/**
 * The precision of matrix products, in training: `full` is float32. With `mixed` the operands are rounded to float16 where they are
 * multiplied; products, sums and everything in memory are float32.
 */
export type Precision = (typeof PRECISIONS)[number];

export const PRECISIONS = ['full', 'mixed'] as const;

/** The results of a session's graph. */
export interface SessionGraph {
  /** All results of a step. */
  readonly targets: readonly Node[];
  readonly rows: Node;
  readonly hits: Node | null;
  /** How the tick reads which rows counted, and with what weight. Default: all, equally. */
  readonly totals?: Part<Ref> | undefined;
  /** Tensors to be read after a step. */
  readonly keep: readonly Node[];
  /** The norm of the gradients, if they are clipped by it. */
  readonly norm?: Node | undefined;
  /** What gradients are, for products in mixed precision. */
  readonly slopes?: Slopes;
}

/**
 * Kernels that compile fast, for the first steps of a run. The number of these steps is fixed, so such a run is
 * as reproducible as any other. Its bits differ from those of a run without them, as between two families.
 */
export interface WarmStart {
  /** Which kernels to begin with; `portable` compiles fastest. */
  readonly family: KernelFamily | OldKernelFamily;
  /**
   * Steps until the session's own kernels take over; training waits for them if they are not ready.
   * Infinity: they never take over, and are not compiled.
   */
  readonly steps: number;
}

/**
 * Called before each kernel that is compiled in turn, which waits for the promise that it may return. If it rejects, so does
 * compiling.
 *
 * @param done kernels that are compiled, of so many
 */
export type Pace = (done: number, all: number) => unknown;

export interface SessionOptions {
  readonly plan: PlanKind;
  /** What products are computed with, if the plan and the family allow. Default `full`. */
  readonly precision?: Precision;
  readonly build: (graph: Graph) => SessionGraph;
  readonly store: ParameterStore | ((graph: Graph) => ParameterStore);
  /** Default the engine's. */
  readonly family?: KernelFamily | OldKernelFamily;
  /** Other kernels for the first steps, while those of `family` compile. Default none. */
  readonly start?: WarmStart;
  /** Prefer kernels that compile fast over kernels that run fast. Default the engine's. */
  readonly quick?: boolean;
  /** Compiles the kernels in turn, at this pace. Default: all at once. */
  readonly pace?: Pace;
  /** Milliseconds for timing kernels against each other first. Default 0: none are timed. */
  readonly tuneBudget?: number;
  readonly split: PlacedSplit;
  readonly batch: number;
  readonly key: readonly [number, number];
  readonly order: Order;
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule;
  /** Of the learning rate. Default none. */
  readonly schedule?: Schedule | undefined;
  /** How often the optimizer updates. Default after every batch. */
  readonly every?: Every | undefined;
  /** Classes of the confusion matrix; absent without one. */
  readonly classes?: number;
}
