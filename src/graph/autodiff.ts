import { ShapeError } from '../errors.ts';
import { type Graph, liveNodes, type Node } from './graph.ts';
import { describe } from './tensor.ts';

/** The two operations that differentiation itself needs. */
export interface Arithmetic {
  /** The scalar 1. */
  one(graph: Graph): Node;
  add(a: Node, b: Node): Node;
}

/**
 * Reverse-mode differentiation (Griewank and Walther 2008, chapter 3): builds nodes for dLoss/dNode.
 *
 * Only what leads from the loss to `wanted` is built: leaving a parameter out freezes it, and costs
 * nothing. A tensor that is used several times gets the sum of its uses' gradients.
 *
 * @param loss a scalar
 * @param wanted nodes that the loss is made of
 * @param arithmetic how to make the gradient to begin with, and how to add two
 * @returns a gradient for each wanted node, of its shape
 * @throws ShapeError where the loss is no scalar, does not depend on a wanted node, or passes through
 * an op without a gradient.
 */
export function differentiate(
  loss: Node,
  wanted: readonly Node[],
  arithmetic: Arithmetic,
): Map<Node, Node> {
  if (loss.spec.shape.length !== 0) {
    throw new ShapeError(
      `the loss ${loss.name} is ${describe(loss.spec)}; gradients are taken of a scalar. Reduce it with batchMean`,
    );
  }
  const live = liveNodes([loss]);
  const needed = new Set<Node>(wanted);
  for (const node of live) {
    if (node.inputs.some((input) => needed.has(input))) needed.add(node);
  }
  const gradient = new Map<Node, Node>();
  if (needed.has(loss)) gradient.set(loss, arithmetic.one(loss.graph));
  for (const node of live.reverse()) {
    const dy = gradient.get(node);
    const flags = node.inputs.map((input) => needed.has(input));
    if (dy === undefined || !flags.includes(true)) continue;
    if (!node.op.gradient) {
      throw new ShapeError(
        `${node.name}: the op ${node.op.name} has no gradient; it cannot stand between a loss and a parameter`,
      );
    }
    node.op.gradient(node, dy, flags).forEach((dx, i) => {
      const input = node.inputs[i];
      if (dx === null || !flags[i]) return;
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
