import { OptionError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import type { ParameterSpec } from '../../nn/layers/parameters.ts';
import { isInput } from '../../ops/sources.ts';
import { type Form, Value } from './value.ts';
import type { GraphWriter } from './writer.ts';

/** A parameter in the file, with the shape and the order of PyTorch's. */
export interface Weight {
  readonly spec: ParameterSpec;
  readonly name: string;
  /** Whether it is a matrix [out, in] that lies as [in, out] on the GPU. */
  readonly isTurned: boolean;
}

/** Whether a node only changes the shape of its input. */
const isShape = ({ op }: Node): boolean => op.name === 'reshape' || op.name === 'relayout';

/** What an exporter writes a node with. */
export class Context {
  readonly writer: GraphWriter;
  readonly #values = new Map<Node, Value>();
  readonly #weights = new Map<Node, Weight>();
  readonly #consumers = new Map<Node, Node[]>();

  /** Whether the input has integers: all that reads it are tables of tokens. */
  readonly hasTokens: boolean;

  /** Nodes that depend on the input. */
  readonly #batch = new Set<Node>();
  /** Nodes whose work an operator of a later one does. */
  readonly #covered = new Set<Node>();

  /** @param nodes all that the output depends on, in topological order */
  constructor(writer: GraphWriter, nodes: readonly Node[]) {
    this.writer = writer;
    for (const node of nodes) {
      if (isInput(node) || node.inputs.some((one) => this.#batch.has(one))) this.#batch.add(node);
      for (const input of new Set(node.inputs)) {
        this.#consumers.set(input, [...(this.#consumers.get(input) ?? []), node]);
      }
    }
    const readers = nodes.filter(isInput).flatMap((input) => this.#readers(input));
    this.hasTokens = readers.length > 0 && readers.every(({ op }) => op.name === 'embed');
  }

  /** What reads a node, directly or in another shape. */
  #readers(node: Node): readonly Node[] {
    return this.consumers(node).flatMap((one) => (isShape(one) ? this.#readers(one) : [one]));
  }

  /** Whether a node has the integers of the input. */
  isToken(node: Node): boolean {
    return this.hasTokens && (isInput(node) || (isShape(node) && this.isToken(node.inputs[0])));
  }

  /** Whether it is written, by itself or with another one. */
  isDone(node: Node): boolean {
    return this.#values.has(node) || this.#covered.has(node);
  }

  /** Whether a node depends on the input: its first dimension is the batch. */
  isBatch(node: Node): boolean {
    return this.#batch.has(node);
  }

  value(node: Node): Value {
    const value = this.#values.get(node);
    if (value) return value;
    throw new OptionError(`toOnnx(): the value of ${node.name} is used before it is made`);
  }

  /** The name of a node's value in an order. */
  of(node: Node, form: Form = 'plain'): string {
    return this.value(node).in(form);
  }

  /** Says what a node's value is called, and in which order it is. */
  set(node: Node, name: string, form: Form = 'plain'): void {
    this.#values.set(node, new Value(this.writer, node.spec.shape, form, name));
  }

  /** Says that a node's value is one that there is. */
  share(node: Node, value: Value): void {
    this.#values.set(node, value);
  }

  weight(node: Node): Weight | undefined {
    return this.#weights.get(node);
  }

  setWeight(node: Node, weight: Weight, value: Value): void {
    this.#weights.set(node, weight);
    this.#values.set(node, value);
  }

  consumers(node: Node): readonly Node[] {
    return this.#consumers.get(node) ?? [];
  }

  /**
   * The node that alone reads another one, if it is of an op that combines each row with a vector, such as a bias: so that
   * one operator does both.
   */
  follower(node: Node, op: string): { readonly node: Node; readonly vector: Node } | undefined {
    const [next, ...others] = this.consumers(node);
    if (others.length > 0 || next?.op.name !== op) return undefined;
    const [first, vector] = next.inputs;
    const isVector = vector.spec.shape.length === 1 && this.#values.has(vector);
    if (first !== node || !isVector) return undefined;
    this.#covered.add(node);
    return { node: next, vector };
  }
}

/**
 * Writes a node of one op, and says what its value is: `context.set(node, name)`; or that of a node behind it, if one operator
 * does the work of both.
 */
export type Exporter = (node: Node<never>, context: Context) => void;
