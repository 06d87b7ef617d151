import { describe as inWords, isArray } from '../check.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkNode, type Graph, liveNodes, type Node } from './graph.ts';
import { describe, same } from './tensor.ts';

/** The two operations that differentiation needs. */
export interface Arithmetic {
  /** The scalar 1. */
  one(graph: Graph): Node;
  add(a: Node, b: Node): Node;
}

/**
 * Reverse-mode differentiation (Griewank and Walther 2008, chapter 3): builds nodes for dLoss/dNode.
 *
 * Only gradients on a path from the loss to `wanted` are built: leaving a parameter out freezes it at no
 * cost. The gradients of a tensor that is used several times are added.
 *
 * @param loss a scalar, unless `seed` is given
 * @param wanted nodes that the loss depends on
 * @param arithmetic makes the first gradient, and adds two
 * @param seed the first gradient, of the loss's shape; default 1. With it, the loss may have any shape: the result is
 *   the product of the vector `seed` and the Jacobian
 * @returns a gradient for each wanted node, of its shape
 * @throws ShapeError if the loss is not a scalar, does not depend on a wanted node, or depends on it
 *   through an op without a gradient
 */
export function differentiate(
  loss: Node,
  wanted: readonly Node[],
  arithmetic: Arithmetic,
  seed?: Node,
): Map<Node, Node> {
  if (seed) same('the outputs and their gradient', loss.spec, seed.spec);
  else if (loss.spec.shape.length !== 0) {
    throw new ShapeError(
      `the loss ${loss.name} is ${describe(loss.spec)}; it must be a scalar. Reduce it with batchMean`,
    );
  }
  const live = liveNodes([loss]);
  const needed = new Set<Node>(wanted);
  for (const node of live) {
    if (node.inputs.some((input) => needed.has(input))) needed.add(node);
  }
  const gradient = new Map<Node, Node>();
  if (needed.has(loss)) gradient.set(loss, seed ?? arithmetic.one(loss.graph));
  for (const node of live.reverse()) {
    const dy = gradient.get(node);
    const flags = node.inputs.map((input) => needed.has(input));
    if (dy === undefined || !flags.includes(true)) continue;
    if (!node.op.gradient) {
      throw new ShapeError(
        `${node.name}: the op ${node.op.name} has no gradient; it cannot lie between a loss and a parameter`,
      );
    }
    const slopes: unknown = node.op.gradient(node, dy, flags);
    if (!isArray(slopes) || slopes.length < node.inputs.length) {
      throw new OptionError(
        `${node.name}: the gradient of the op ${node.op.name} gave ${inWords(slopes)}; it gives a list with a node or null for each of the ${node.inputs.length} inputs`,
      );
    }
    slopes.forEach((dx: unknown, i) => {
      const input = node.inputs[i];
      if (dx === null || !flags[i]) return;
      checkNode(`${node.name}: the gradient towards input ${i}`, dx);
      same(`${node.name}: input ${i} and its gradient`, input.spec, dx.spec);
      const sum = gradient.get(input);
      gradient.set(input, sum === undefined ? dx : arithmetic.add(sum, dx));
    });
  }
  const result = new Map<Node, Node>();
  for (const node of wanted) {
    const found = gradient.get(node);
    if (found === undefined) {
      throw new ShapeError(`the loss ${loss.name} does not depend on ${node.name}`);
    }
    result.set(node, found);
  }
  return result;
}
