import { sizeOf } from '../../graph/tensor.ts';
import type { Attribute, NodeProto, TensorProto } from '../format/model.ts';

/** What an operator takes besides its inputs. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** The nodes and constants of a graph while it is made. Values are known by their names. */
export class GraphWriter {
  #nodes: NodeProto[] = [];
  readonly #constants = new Map<string, TensorProto>();
  /** Names of small constants by what they are. */
  readonly #known = new Map<string, string>();
  readonly #taken: Set<string>;
  #count = 0;

  /** @param taken names that no value gets */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  #fresh(base: string): string {
    let name = `${base}_${this.#count++}`;
    while (this.#taken.has(name)) name = `${base}_${this.#count++}`;
    this.#taken.add(name);
    return name;
  }

  /** Adds a node with one output. @returns the output's name */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.split(op, inputs, 1, attributes)[0];
  }

  /** Adds a node with several outputs. @returns their names */
  split(op: string, inputs: readonly string[], outputs: number, attributes: Attributes = {}) {
    const names = Array.from({ length: outputs }, () => this.#fresh(op.toLowerCase()));
    this.#nodes.push({ op, inputs, outputs: names, attributes });
    return names;
  }

  /** A constant of integers. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constant({ type: 'int64', shape, values });
  }

  /** A constant of float32s. */
  floats(values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    return this.#constant({ type: 'float', shape, values: Float32Array.from(values) });
  }

  /** A constant number. */
  number(value: number): string {
    return this.floats([value], []);
  }

  #constant(tensor: TensorProto): string {
    const key = `${tensor.type} [${tensor.shape}] ${tensor.values}`;
    const known = this.#known.get(key);
    if (known) return known;
    const name = this.#fresh('constant');
    this.#constants.set(name, tensor);
    this.#known.set(key, name);
    return name;
  }

  /** A constant with a name of its own, as a weight has. */
  named(name: string, shape: readonly number[], values: Float32Array): string {
    this.#constants.set(name, { type: 'float', shape, values });
    return name;
  }

  /**
   * Ends the graph: gives its output a name, and leaves out what nothing uses.
   *
   * @param inputs names of the graph's inputs
   */
  end(output: string, name: string) {
    const named = (one: string): string => (one === output ? name : one);
    if (this.#nodes.some(({ outputs }) => outputs.includes(output))) {
      this.#nodes = this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(named),
        outputs: node.outputs.map(named),
      }));
    } else {
      this.#nodes.push({ op: 'Identity', inputs: [output], outputs: [name], attributes: {} });
    }
    const used = new Set([name]);
    const nodes = [...this.#nodes].reverse().filter(({ inputs, outputs }) => {
      if (!outputs.some((one) => used.has(one))) return false;
      for (const one of inputs) used.add(one);
      return true;
    });
    const constants = new Map([...this.#constants].filter(([title]) => used.has(title)));
    return { nodes: nodes.reverse(), constants };
  }
}

/** The shape of a sample behind its batch, for a Reshape: 0 keeps the batch as it is. */
export const reshapeTo = (isBatch: boolean, shape: readonly number[]): readonly number[] =>
  isBatch ? [0, ...shape.slice(1)] : shape;

/** The number of elements of a sample. */
export const sampleSize = ([, ...sample]: readonly number[]): number => sizeOf(sample);
