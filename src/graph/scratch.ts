import { Graph, type Node } from './graph.ts';
import type { Op } from './op.ts';
import { spec } from './tensor.ts';

const scratchOp: Op<{ readonly shape: readonly number[] }> = {
  name: 'scratch',
  residence: 'computed',
  infer: (_, { shape }) => spec(shape),
};

/**
 * Memory between two dispatches of a plan that no node of the graph stands for: a tensor of a graph of
 * its own, which the planner places like any other.
 */
export function scratch(name: string, shape: readonly number[]): Node {
  return new Graph().add(scratchOp, [], { shape }, name);
}
