import { describe, isA, isArray, isObject, looksLike } from '../check.ts';
import { OptionError } from '../errors.ts';
import { type Op, RESIDENCES } from './op.ts';
import { sameMatrix, spec, type TensorSpec } from './tensor.ts';

/** A tensor of the graph: the result of an op on its inputs. */
export interface Node<A extends object = object> {
  /** Unique in its graph. Inputs have lower numbers than the nodes that use them. */
  readonly id: number;
  /** The graph that it belongs to. */
  readonly graph: Graph;
  /** The op that computes it. */
  readonly op: Op<A>;
  /** The op's settings for this node. */
  readonly attributes: A;
  /** The nodes that it is computed from. */
  readonly inputs: readonly Node[];
  /** Its shape and type. */
  readonly spec: TensorSpec;
  /** For messages, plans and files. Not unique. */
  readonly name: string;
}

/** A graph of static shapes, built by calling ops. Nothing is computed before it is planned and run. */
export class Graph {
  readonly #nodes: Node[] = [];
  #dropouts = 0;

  /** All nodes in the order they were added, which is a topological order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /**
   * Adds a node. Ops call this.
   *
   * @throws ShapeError if the op's shape rule refuses the inputs; OptionError if an argument has a wrong type
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
    if (!(RESIDENCES as readonly string[]).includes(op.residence)) {
      throw new OptionError(
        `the op ${op.name}: residence ${describe(op.residence)} was given; use ${RESIDENCES.join(', ')}`,
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
      spec: spec(inferred.shape, inferred.dtype, inferred.rowDims),
      name,
    };
    this.#nodes.push(node as Node);
    return node;
  }

  /** A new number for a dropout layer, so that each layer has different masks. */
  nextDropoutLayer(): number {
    return this.#dropouts++;
  }
}

/** @throws OptionError if it is not a Graph */
export function checkGraph(what: string, given: unknown): asserts given is Graph {
  if (isA(given, Graph)) return;
  throw new OptionError(`${what} takes a new Graph() first; ${describe(given)} was given`);
}

/** Whether a value is a node of a graph. */
export function isNode(given: unknown): given is Node {
  const { graph, op } = isObject(given) ? given : {};
  return isA(graph, Graph) && isObject(op);
}

/** @throws OptionError if it is not a node of a graph */
export function checkNode(what: string, given: unknown): asserts given is Node {
  if (isNode(given)) return;
  throw new OptionError(`${what}: ${describe(given)} was given; it is a node of a graph`);
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
