import { describe, isA } from '../check.ts';
import { OptionError } from '../errors.ts';
import { checkNode, Graph, type Node } from './op.ts';
import { sameMatrix } from './tensor.ts';

export { checkNode, Graph, isNode, type Node } from './op.ts';

/** @throws OptionError if it is not a Graph */
export function checkGraph(what: string, given: unknown): asserts given is Graph {
  if (isA(given, Graph)) return;
  throw new OptionError(`${what} takes a new Graph() first; ${describe(given)} was given`);
}

/** The graph of a node. @throws OptionError if it is not a node of a graph */
export function graphOf(what: string, given: Node): Graph {
  checkNode(what, given);
  return given.graph;
}

/** The targets and all nodes that they depend on, in topological order. */
export function liveNodes(targets: readonly Node[]): Node[] {
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const input of node.inputs) visit(input);
  };
  for (const target of targets) visit(target);
  return [...seen].sort((a, b) => a.id - b.id);
}

/** The node that owns a tensor's memory: the node itself unless it is an alias. */
export function ownerOf(node: Node): Node {
  let owner = node;
  while (owner.op.residence === 'alias') owner = owner.inputs[0];
  return owner;
}

/** As {@link ownerOf}, but only through aliases with the same rows and columns. */
export function sourceOf(node: Node): Node {
  let source = node;
  while (source.op.residence === 'alias' && sameMatrix(source.spec, source.inputs[0].spec)) {
    source = source.inputs[0];
  }
  return source;
}

/** For each node, those of the given nodes that read it, directly or through an alias. */
export function consumersOf(nodes: readonly Node[]): Map<Node, Node[]> {
  const consumers = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
  for (const node of nodes) {
    if (node.op.residence === 'alias') continue;
    for (const input of new Set(node.inputs.map(ownerOf))) consumers.get(input)?.push(node);
  }
  return consumers;
}
