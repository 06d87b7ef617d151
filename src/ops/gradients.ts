import { differentiate } from '../graph/autodiff.ts';
import type { Node } from '../graph/graph.ts';
import { add } from './add.ts';
import { constant } from './constant.ts';

/** The gradients of a scalar loss; see {@link differentiate}. */
export function gradients(loss: Node, wanted: readonly Node[]): Map<Node, Node> {
  return differentiate(loss, wanted, { one: (graph) => constant(graph, 1), add });
}
