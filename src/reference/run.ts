import { liveNodes, type Node } from '../graph/graph.ts';
import type { Value, World } from '../graph/value.ts';
import { atTheEnds } from '../ops/rounding.ts';
import { type References, references } from './table.ts';

/**
 * Runs a graph on the CPU in float64, node by node: the oracle that every plan on every adapter is
 * held against. Updates of parameters and of the optimizer's state are left in the world.
 *
 * @param using the ops' references, for tests that need wrong ones
 * @returns the value of every node that the targets are made of, with a bound on the GPU's error.
 */
export function runReference(
  targets: readonly Node[],
  world: World,
  using: References = references,
): Map<Node, Value> {
  const values = new Map<Node, Value>();
  const effects: Node[] = [];
  const evaluate = (node: Node): void => {
    const inputs = node.inputs
      .map((input) => values.get(input))
      .filter((value) => value !== undefined);
    const value = using[node.op.name](node as Node<never>, inputs, world);
    if (node.spec.dtype === 'f32') atTheEnds(value);
    values.set(node, value);
  };
  for (const node of liveNodes(targets)) {
    // Effects change parameters in place; all that reads them comes first, as in a plan.
    if (node.op.residence === 'effect') effects.push(node);
    else evaluate(node);
  }
  effects.forEach(evaluate);
  return values;
}
