import type { Graph, Node } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { Schedule } from '../nn/schedules/rule.ts';
import type { Windows } from '../ops/tokens.ts';
import type { OptimizerRule } from '../ops/update.ts';
import type { References } from '../reference/table.ts';

/** A graph to run on the GPU and to compare with the reference. */
export interface Trial {
  /** The op or the chain of ops. */
  readonly op: string;
  /** Shapes and options. */
  readonly label: string;
  /** Builds the graph and returns the tensors to compare. */
  readonly build: (graph: Graph) => readonly Node[];
  /** Rows of a batch; default 1. If `samples` is not a multiple of it, the last batch is partial. */
  readonly batch?: number;
  /** Samples of the data set; default `batch`. */
  readonly samples?: number;
  /** Rows of the outputs for each sample: its positions. Default 1. */
  readonly rowsEach?: number;
  /** Samples are windows of random tokens, each below `classes`. */
  readonly tokens?: Windows;
  /** Number of earlier steps, which determines the batch, the masks and the bias correction. Default 0. */
  readonly step?: number;
  /** Classes of the labels; default 10. */
  readonly classes?: number;
  /** Scales the random inputs; default 1. */
  readonly magnitude?: number;
  /** Makes random parameters and inputs non-negative. */
  readonly positive?: boolean;
  /** Elements of a parameter or an input instead of random ones. They may have no useful bound. */
  readonly fill?: (tensor: string, size: number) => ArrayLike<number>;
  /** Whether products are in mixed precision, if the plan is fused and the device can run the family `tiled`. */
  readonly mixed?: boolean;
  /** The optimizer whose numbers the clock has. Default that of the first update. */
  readonly rule?: OptimizerRule;
  /** A schedule of the learning rate, for an update. Default none. */
  readonly schedule?: Schedule;
  /** Replaces the ops' own references, for tests that need wrong ones. */
  readonly references?: Partial<References>;
  /** Replaces all references: the wanted values of the targets, by node. */
  readonly wanted?: (targets: readonly Node[]) => Promise<ReadonlyMap<Node, Value>>;
}
