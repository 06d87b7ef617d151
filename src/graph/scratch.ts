import { Graph, type Node } from './graph.ts';
import type { Op } from './op.ts';
import { spec } from './tensor.ts';

const scratchOp: Op<{ readonly shape: readonly number[] }> = {
  name: 'scratch',
  residence: 'computed',
  infer: (_, { shape }) => spec(shape),
};

/**
 * Memory that one dispatch passes to the next, without a node in the graph. It is a tensor of a new graph,
 * which the planner places like any other.
 */
export function scratch(name: string, shape: readonly number[]): Node {
  return new Graph().add(scratchOp, [], { shape }, name);
}
