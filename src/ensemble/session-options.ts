import type { PlacedSplit } from '../data/place.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { KernelFamily, OldKernelFamily } from '../gpu/family.ts';
import type { Graph } from '../graph/graph.ts';
import type { Schedule } from '../nn/schedules/rule.ts';
import type { Every, OptimizerRule } from '../ops/update.ts';
import type { Order } from '../train/order.ts';
import type { SessionGraph } from '../train/session-options.ts';
import type { NetworkStore } from './store.ts';

/** What a session needs to know of one network. */
export interface NetworkRun {
  readonly key: readonly [number, number];
  /** Its plan, see {@link NetworkSessionOptions.variants}. */
  readonly variant: number;
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule;
}

/** Options in which the plans of networks may differ. */
export interface NetworkVariant {
  readonly build: (graph: Graph) => SessionGraph;
  readonly rule?: OptimizerRule;
  readonly schedule?: Schedule | undefined;
  readonly every?: Every | undefined;
}

export interface NetworkSessionOptions {
  readonly plan: PlanKind;
  readonly family?: KernelFamily | OldKernelFamily | undefined;
  readonly runs: readonly NetworkRun[];
  readonly variants: readonly NetworkVariant[];
  readonly differs: (variant: number) => string;
  readonly store: (graph: Graph) => NetworkStore;
  /** Milliseconds for timing kernels. This overwrites the parameters. Default 0. */
  readonly tuneBudget?: number;
  readonly split: PlacedSplit;
  readonly batch: number;
  readonly order: Order;
  /** Classes of the confusion matrix; absent without one. */
  readonly classes?: number;
}
