import { describe, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';
import { differentiate } from '../graph/autodiff.ts';
import { checkNode, type Node } from '../graph/graph.ts';
import { add } from './add.ts';
import { constant } from './constant.ts';

/**
 * The gradients of a scalar loss with respect to the wanted nodes.
 *
 * @param seed the gradient with respect to `loss`, which may then have any shape; default 1. See {@link differentiate}
 * @throws ShapeError if the loss is not a scalar and there is no seed, or does not depend on a wanted node
 */
export function gradients(loss: Node, wanted: readonly Node[], seed?: Node): Map<Node, Node> {
  checkNode('gradients()', loss);
  if (!isArray(wanted)) {
    throw new OptionError(
      `gradients() takes a list of nodes second; ${describe(wanted)} was given`,
    );
  }
  for (const node of wanted) checkNode('gradients(): a wanted node', node);
  if (seed !== undefined) checkNode('gradients(): seed', seed);
  return differentiate(loss, wanted, { one: (graph) => constant(graph, 1), add }, seed);
}
