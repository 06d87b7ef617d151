import { isObject } from '../../src/check.ts';
import {
  type Attribute,
  type ElementType,
  Float,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TYPES,
  typeName,
  type ValueInfo,
} from '../../src/onnx/format/model.ts';
import { type ReadValue, readModel } from '../../src/onnx/format/read-model.ts';
import type { ReadTensor } from '../../src/onnx/format/read-tensor.ts';
import { writeModel } from '../../src/onnx/format/write-model.ts';
import { OPERATORS } from '../../src/onnx/in/operators.ts';
import { toOnnx } from '../../src/onnx/index.ts';
import { LAYERS } from '../onnx/networks.ts';
import { randomParameters } from '../onnx/parameters.ts';
import { type Random, spoil } from './random.ts';

/** A file of each layer. */
const FILES = Object.values(LAYERS).map(([model]) => toOnnx(model, randomParameters(model)));

const NAMES = [
  ...['kernel_shape', 'strides', 'pads', 'dilations', 'group', 'auto_pad', 'output_padding'],
  ...['axis', 'axes', 'perm', 'alpha', 'beta', 'epsilon', 'transA', 'transB', 'value', 'keepdims'],
  ...['ceil_mode', 'count_include_pad', 'momentum', 'shape', 'to', 'start', 'end', 'approximate'],
];

const SIZES = [-1, 0, 1, 1, 2, 2, 3, 3, 4, 6, 7, 32768, 65536, 2 ** 31, 2 ** 40, 2 ** 53 - 1];

const some = <T>(random: Random, most: number, make: () => T): T[] =>
  Array.from({ length: random.below(most + 1) }, make);

const small = (random: Random): number => 1 + random.below(4);

function tensor(random: Random): TensorProto {
  const shape = some(random, 4, () => (random.below(20) === 0 ? random.of(SIZES) : small(random)));
  const count = shape.reduce((product, size) => product * size, 1);
  const length = random.below(30) === 0 || count > 300 ? random.below(9) : Math.max(0, count);
  return random.below(2) === 0
    ? { type: 'float', shape, values: Float32Array.from({ length }, () => random.unit() * 2 - 1) }
    : { type: 'int64', shape, values: Array.from({ length }, () => random.of(SIZES)) };
}

function attribute(random: Random): Attribute {
  const integer = (): number => (random.below(4) === 0 ? random.of(SIZES) : random.below(4));
  const kind = random.below(8);
  if (kind < 3) return integer();
  if (kind === 3) return new Float(random.of([0, 1, -1, 0.5, 1e-5, 1e30]));
  if (kind === 4) return random.of(['SAME_UPPER', 'VALID', 'tanh', '']);
  if (kind === 5) return tensor(random);
  return some(random, 5, integer);
}

/** The good files, to be changed node by node. */
const MODELS = FILES.map((file): ModelProto => {
  const read = readModel(file);
  const written = ({ type, shape, values }: ReadTensor): TensorProto => ({
    type: type === TYPES.float ? 'float' : 'int64',
    shape,
    values: Array.from(values),
  });
  const attributeOf = (value: unknown): Attribute => {
    if (typeof value === 'number') return Number.isInteger(value) ? value : new Float(value);
    return isObject(value) ? written(value as unknown as ReadTensor) : (value as Attribute);
  };
  const typed = ({ name, type, shape = [] }: ReadValue): ValueInfo => ({
    name,
    type: typeName(type) as ElementType,
    shape: shape.map((size) => (size < 0 ? 'N' : size)),
  });
  return {
    opset: read.opset,
    producer: { name: 'fuzz', version: '1' },
    metadata: read.metadata,
    name: 'fuzz',
    nodes: read.nodes.map(({ op, inputs, outputs, attributes }) => ({
      op,
      inputs,
      outputs,
      attributes: Object.fromEntries(
        [...attributes].map(([name, value]) => [name, attributeOf(value)]),
      ),
    })),
    constants: new Map([...read.constants].map(([name, one]) => [name, written(one)])),
    inputs: read.inputs.map(typed),
    outputs: read.outputs.map(typed),
  };
});

/** Changes something of a list at a random place. */
function changed<T>(list: readonly T[], random: Random, change: (one: T) => readonly T[]): T[] {
  const at = random.below(list.length);
  return list.flatMap((one, i) => (i === at ? change(one) : [one]));
}

const OPS = [...OPERATORS.keys(), 'Resize'];

/** A node with one mistake. */
function wrong(node: NodeProto, names: readonly string[], random: Random): readonly NodeProto[] {
  const kind = random.below(7);
  if (kind === 0) return [{ ...node, op: random.of(OPS) }];
  if (kind === 1) return [node, node];
  if (kind === 2) return [];
  const other = (): readonly string[] => [random.of(names)];
  if (kind === 3) return [{ ...node, inputs: changed(node.inputs, random, other) }];
  if (kind === 4) return [{ ...node, inputs: changed(node.inputs, random, () => []) }];
  const known = Object.keys(node.attributes);
  const name = random.below(4) === 0 || known.length === 0 ? random.of(NAMES) : random.of(known);
  return [{ ...node, attributes: { ...node.attributes, [name]: attribute(random) } }];
}

/** A good file with a few mistakes in its nodes, its constants and the shape of its input. */
function mistaken(random: Random): Uint8Array {
  let model = random.of(MODELS);
  const times = 1 + random.below(3);
  for (let i = 0; i < times; i++) {
    const names = [
      'input',
      ...model.constants.keys(),
      ...model.nodes.flatMap((one) => one.outputs),
    ];
    const kind = random.below(6);
    const { nodes, constants, inputs } = model;
    if (kind < 4 && nodes.length > 0) {
      model = { ...model, nodes: changed(nodes, random, (one) => wrong(one, names, random)) };
    } else if (kind === 4) {
      const all = [...constants, ['more', tensor(random)] as const];
      model = {
        ...model,
        constants: new Map(changed(all, random, ([n]) => [[n, tensor(random)]])),
      };
    } else {
      const size = (): readonly number[] => [random.below(2) ? random.of(SIZES) : small(random)];
      const [{ shape, ...input }] = inputs;
      model = { ...model, inputs: [{ ...input, shape: changed(shape, random, size) }] };
    }
  }
  return writeModel(model);
}

/** A file that is spoilt byte by byte, or one with mistakes that a reader of bytes does not see. */
export const onnxFile = (random: Random): Uint8Array =>
  random.below(3) === 0 ? spoil(random.of(FILES), random) : mistaken(random);
