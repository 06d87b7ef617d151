import { describe, isA, isArray, isObject, looksLike } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Op } from './op.ts';
import { spec, type TensorSpec } from './tensor.ts';

/** A tensor of the graph: what an op makes of its inputs. */
export interface Node<A extends object = object> {
  /** Unique in its graph, rising: inputs have lower numbers than what is made of them. */
  readonly id: number;
  /** The graph that it was added to. */
  readonly graph: Graph;
  /** What makes it. */
  readonly op: Op<A>;
  /** What the op knows of this node besides its inputs. */
  readonly attributes: A;
  /** What it is made of. */
  readonly inputs: readonly Node[];
  /** Its shape and type. */
  readonly spec: TensorSpec;
  /** For messages, plans and files; not unique. */
  readonly name: string;
}

/** A graph of static shapes, built by calling ops; nothing is computed until it is planned and run. */
export class Graph {
  readonly #nodes: Node[] = [];
  #dropouts = 0;

  /** All nodes in the order in which they were made, which is a topological order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /**
   * Adds a node; ops are the callers.
   *
   * @throws ShapeError where the op's shape rule does.
   */
  add<A extends object>(
    op: Op<A>,
    inputs: readonly Node[],
    attributes: A,
    name: string = op.name,
  ): Node<A> {
    if (!looksLike(op, { name: 'string', residence: 'string', infer: 'function' })) {
      throw new OptionError(`Graph.add() takes an op first; ${describe(op)} was given`);
    }
    if (!isArray(inputs) || !isObject(attributes) || typeof name !== 'string') {
      throw new OptionError(
        `Graph.add(${op.name}) takes nodes, attributes and a name; ${describe(inputs)}, ${describe(attributes)} and ${describe(name)} were given`,
      );
    }
    for (const input of inputs) checkNode(op.name, input);
    const inferred = op.infer(
      inputs.map((input) => input.spec),
      attributes,
    );
    const node: Node<A> = {
      id: this.#nodes.length,
      graph: this,
      op,
      attributes,
      inputs,
      spec: spec(inferred.shape, inferred.dtype),
      name,
    };
    this.#nodes.push(node as Node);
    return node;
  }

  /** A number for a dropout layer: the masks of two layers differ. */
  nextDropoutLayer(): number {
    return this.#dropouts++;
  }
}

/** @throws OptionError for what is no graph. */
export function checkGraph(what: string, given: unknown): asserts given is Graph {
  if (isA(given, Graph)) return;
  throw new OptionError(`${what} takes a new Graph() first; ${describe(given)} was given`);
}

/** @throws OptionError for what is no node of a graph. */
export function checkNode(what: string, given: unknown): asserts given is Node {
  const { graph, op } = isObject(given) ? given : {};
  if (isA(graph, Graph) && isObject(op)) return;
  throw new OptionError(`${what}: ${describe(given)} was given; it is a node of a graph`);
}

/** The nodes that the targets are made of, themselves included, in topological order. */
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

/** The node whose memory a tensor shares: itself unless it is an alias. */
export function ownerOf(node: Node): Node {
  let owner = node;
  while (owner.op.residence === 'alias') owner = owner.inputs[0];
  return owner;
}

/** For each node, the nodes among these that read it, under its own name or through an alias. */
export function consumersOf(nodes: readonly Node[]): Map<Node, Node[]> {
  const consumers = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
  for (const node of nodes) {
    if (node.op.residence === 'alias') continue;
    for (const input of new Set(node.inputs.map(ownerOf))) consumers.get(input)?.push(node);
  }
  return consumers;
}
