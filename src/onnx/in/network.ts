import { DataError } from '../../errors.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Symbolic } from '../../nn/functional.ts';
import type { Layer } from '../../nn/layers.ts';
import type { StateTensor } from '../../nn/state.ts';
import type { ReadModel, ReadNode } from '../format/read-model.ts';
import type { Form } from '../out/value.ts';
import { BINARY, elementsLayer, UNARY } from './functions.ts';
import { Namer } from './names.ts';
import { Constant, Elements, Missing, Tensor, type Value } from './values.ts';

/** Numbers of a sample's value at most, and of one of its dimensions. */
const [MOST_NUMBERS, MOST_SIZE] = [2 ** 26, 2 ** 20];

/** How many values are looked at to find a value's order. */
const MOST_LOOKED_AT = 100;

/** Channels first, by the number of dimensions. */
const FIRST: Readonly<Record<3 | 4, Form>> = { 3: 'line', 4: 'channels' };

const CHANNELS_FIRST: ReadonlySet<string> = new Set([
  ...['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'GlobalAveragePool'],
  'BatchNormalization',
]);
const CHANNELS_LAST: ReadonlySet<string> = new Set([
  'MatMul',
  'Gemm',
  'Gather',
  'LayerNormalization',
]);
const SAME_ORDER: ReadonlySet<string> = new Set([
  ...UNARY.keys(),
  ...BINARY.keys(),
  ...['Cast', 'Dropout', 'Identity'],
]);

/** A layer that was applied to the value before it, for a model that is a list of layers. */
export interface Applied {
  readonly layer: Layer;
  readonly from: Symbolic;
  readonly to: Symbolic;
}

/** A network while it is read: the values of the file that are known so far, and the parameters of the layers. */
export class Network {
  readonly opset: number;
  readonly parameters = new Map<string, StateTensor>();
  readonly applied: Applied[] = [];
  /** Layers of embeddings by the constant that their table is. */
  readonly tables = new Map<string, Layer>();
  readonly #values = new Map<string, Value>();
  readonly #unknown = new Set<string>();
  readonly #readers = new Map<string, ReadNode[]>();
  readonly #covered = new Set<ReadNode>();
  /** Names of the graph's outputs. */
  readonly #ends = new Set<string>();
  readonly #layers = new Map<string, Layer>();
  readonly #namer = new Namer();
  #budget: number;

  /** @param bytes of the file: what is made of it may not be many times as large */
  constructor({ opset, constants, nodes, outputs }: ReadModel, bytes: number) {
    this.opset = opset;
    this.#budget = 2 * bytes + 2 ** 20;
    for (const [name, { shape, values }] of constants) {
      this.#values.set(name, new Constant(name, shape, values));
    }
    for (const node of nodes) {
      for (const name of new Set(node.inputs)) {
        const readers = this.#readers.get(name);
        if (readers) readers.push(node);
        else this.#readers.set(name, [node]);
      }
    }
    for (const { name } of outputs) this.#ends.add(name);
  }

  /** Takes from the numbers that may be made of a file. @throws DataError if it has used them up */
  spend(numbers: number): void {
    this.#budget -= numbers;
    if (this.#budget >= 0) return;
    throw new DataError(
      'The ONNX file makes many times as many numbers of its constants as it has: fromOnnx() refuses it.',
    );
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** Says that what a node makes is not known, because an operator is missing. */
  lose(node: ReadNode): void {
    for (const name of node.outputs) this.#unknown.add(name);
  }

  isLost({ inputs }: ReadNode): boolean {
    return inputs.some((name) => this.#unknown.has(name));
  }

  isCovered(node: ReadNode): boolean {
    return this.#covered.has(node);
  }

  cover(node: ReadNode): void {
    this.#covered.add(node);
  }

  find(name: string | undefined): Value | undefined {
    return name === undefined ? undefined : this.#values.get(name);
  }

  /** An input of a node. @throws DataError if the file does not make it before */
  input({ op, inputs }: ReadNode, at: number): Value {
    const value = this.find(inputs[at]);
    if (value) return value;
    throw new DataError(
      `The ONNX file's ${op} reads ${JSON.stringify(inputs[at]?.slice(0, 60) ?? 'nothing')}, which nothing before it makes. Get the file again.`,
    );
  }

  /** An input that depends on the model's. @throws Missing if it is a constant */
  tensor(node: ReadNode, at: number): Tensor {
    const value = this.input(node, at);
    if (value instanceof Constant) throw new Missing(`${node.op} of a constant`);
    return value instanceof Elements ? this.resolve(node.inputs[at], value) : value;
  }

  /** An input that is one of the file's constants; undefined if it is left out. @throws Missing if it is computed */
  constant(node: ReadNode, at: number): Constant | undefined {
    if (!node.inputs[at]) return undefined;
    const value = this.input(node, at);
    if (value instanceof Constant) return value;
    throw new Missing(`${node.op} of two values that depend on the input`);
  }

  /** A layer of a function of each element. @throws Missing if there is none */
  resolve(name: string, elements: Elements): Tensor {
    const { of, operators, otherwise } = elements;
    const layer = elementsLayer(elements);
    let made: Tensor;
    if (layer === 'none') made = of;
    else if (layer) made = this.#pipe(of, this.#named(layer, [], name), of.form);
    else if (otherwise) made = otherwise();
    else throw new Missing(`the function of ${operators.join(', ')}`);
    this.set(name, made);
    return made;
  }

  readers(name: string): readonly ReadNode[] {
    return this.#readers.get(name) ?? [];
  }

  /** The order of a value of so many dimensions, by what reads it: as it is, unless something takes its channels first. */
  formOf(name: string, rank: number): Form {
    const first = this.saidOf(name) === 'first';
    return first && (rank === 3 || rank === 4) ? FIRST[rank] : 'plain';
  }

  /** Where what reads a value has its channels; undefined if nothing says so. */
  saidOf(name: string): 'first' | 'last' | undefined {
    const seen = new Set([name]);
    for (const value of seen) {
      if (seen.size > MOST_LOOKED_AT) break;
      for (const { op, attributes, outputs } of this.readers(value)) {
        if (CHANNELS_FIRST.has(op)) return 'first';
        if (op === 'Transpose' && `${attributes.get('perm')}` === '0,2,3,1') return 'first';
        if (op === 'Transpose' && /^0,(3,1,2|2,1)$/.test(`${attributes.get('perm')}`))
          return 'last';
        if (CHANNELS_LAST.has(op)) return 'last';
        if (op === 'Softmax') return attributes.get('axis') === 1 ? 'first' : 'last';
        if (SAME_ORDER.has(op)) for (const one of outputs) seen.add(one);
      }
    }
    return undefined;
  }

  /** The node that alone reads a value. */
  reader(name: string): ReadNode | undefined {
    const readers = this.readers(name);
    return readers.length === 1 && !this.#ends.has(name) ? readers[0] : undefined;
  }

  /**
   * Applies a layer of a node, with the values of its parameters. The same constants in the same kind of layer are the same
   * layer, which is applied twice.
   *
   * @param given the values by the parameters' names in the layer
   */
  apply(
    x: Tensor,
    layer: Layer,
    node: ReadNode,
    form: Form,
    given: Readonly<Record<string, Constant>> = {},
    values: Readonly<Record<string, ArrayLike<number>>> = {},
  ): Tensor {
    const origins = Object.values(given).map(({ origin }) => origin);
    const key = origins.length > 0 ? `${layer.kind} ${JSON.stringify(origins)}` : '';
    const known = this.#layers.get(key);
    if (known) return this.#pipe(x, known, form);
    const own = this.#named(layer, origins, node.name || node.outputs[0]);
    for (const { name, shape } of layer.parameters) {
      const numbers = values[name] ?? given[name]?.values ?? [];
      if (numbers.length !== sizeOf(shape)) {
        throw new DataError(
          `The ONNX file's ${node.op} has ${numbers.length} numbers for ${name}; ${layer.kind} has ${sizeOf(shape)}. Get the file again.`,
        );
      }
      this.spend(numbers.length);
      const data = Float32Array.from(numbers);
      if (!data.every(Number.isFinite)) {
        throw new DataError(`The ONNX file's constant ${origins.join(', ')} is not finite.`);
      }
      this.parameters.set(`${own.name}.${name}`, { shape, data });
    }
    if (key) this.#layers.set(key, own);
    return this.#pipe(x, own, form);
  }

  #named(layer: Layer, origins: readonly string[], node: string): Layer {
    const name = this.#namer.name(origins, node);
    return Object.freeze({
      ...layer,
      name,
      kind: `${name}: ${layer.kind}`,
      made: ['named', layer] as const,
    });
  }

  #pipe(x: Tensor, layer: Layer, form: Form): Tensor {
    const { shape } = x.symbol;
    const to = x.symbol.pipe(layer);
    checkMade(to.shape, shape);
    this.applied.push({ layer, from: x.symbol, to });
    return new Tensor(to, form);
  }
}

/** @throws DataError if a value of a sample is too large; a few nodes can make any size of a small one */
export function checkMade(made: readonly number[], from: readonly number[]): void {
  if (sizeOf(made) <= MOST_NUMBERS && made.every((size) => size <= MOST_SIZE)) return;
  throw new DataError(
    `The ONNX file makes [${made.join(', ')}] of a sample's [${from.join(', ')}]; fromOnnx() takes up to 2²⁶ numbers.`,
  );
}
