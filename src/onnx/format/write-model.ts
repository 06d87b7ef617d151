import { isArray } from '../../check.ts';
import { Message } from '../../data/protobuf.ts';
import {
  type Attribute,
  Float,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TYPES,
  type ValueInfo,
} from './model.ts';

/** The version of the file's format: that of ONNX 1.12 to 1.13, which have opset 17. */
const IR_VERSION = 8;

/** A model as a file, by the numbers that onnx.proto gives the fields. */
export function writeModel(model: ModelProto): Uint8Array {
  const { producer, opset, metadata } = model;
  const file = new Message();
  file.int(1, IR_VERSION);
  file.bytes(2, producer.name);
  file.bytes(3, producer.version);
  file.bytes(7, graph(model));
  const operators = new Message();
  operators.int(2, opset);
  file.bytes(8, operators);
  for (const [key, value] of metadata) {
    const entry = new Message();
    entry.bytes(1, key);
    entry.bytes(2, value);
    file.bytes(14, entry);
  }
  return file.finish();
}

function graph({ name, nodes, constants, inputs, outputs }: ModelProto): Message {
  const out = new Message();
  for (const [i, one] of nodes.entries()) out.bytes(1, node(one, `${one.op}_${i}`));
  out.bytes(2, name);
  for (const [title, one] of constants) out.bytes(5, tensor(one, title));
  for (const one of inputs) out.bytes(11, valueInfo(one));
  for (const one of outputs) out.bytes(12, valueInfo(one));
  return out;
}

function node({ inputs, outputs, op, attributes }: NodeProto, name: string): Message {
  const out = new Message();
  for (const one of inputs) out.bytes(1, one);
  for (const one of outputs) out.bytes(2, one);
  out.bytes(3, name);
  out.bytes(4, op);
  for (const [key, value] of Object.entries(attributes)) out.bytes(5, attribute(key, value));
  return out;
}

function attribute(name: string, value: Attribute): Message {
  const out = new Message();
  out.bytes(1, name);
  // The last field is the type: FLOAT 1, INT 2, STRING 3, TENSOR 4, INTS 7.
  if (value instanceof Float) {
    out.float(2, value.value);
    out.int(20, 1);
  } else if (typeof value === 'number') {
    out.int(3, value);
    out.int(20, 2);
  } else if (typeof value === 'string') {
    out.bytes(4, value);
    out.int(20, 3);
  } else if (isArray(value)) {
    for (const one of value as readonly number[]) out.int(8, one);
    out.int(20, 7);
  } else {
    out.bytes(5, tensor(value as TensorProto));
    out.int(20, 4);
  }
  return out;
}

function tensor({ shape, type, values }: TensorProto, name?: string): Message {
  const out = new Message();
  out.ints(1, shape);
  out.int(2, TYPES[type]);
  if (name !== undefined) out.bytes(8, name);
  const numbers =
    type === 'float'
      ? Float32Array.from(values)
      : BigInt64Array.from(values as readonly number[], (value) => BigInt(value));
  out.bytes(9, new Uint8Array(numbers.buffer));
  return out;
}

function valueInfo({ name, type, shape }: ValueInfo): Message {
  const sizes = new Message();
  for (const size of shape) {
    const dimension = new Message();
    if (typeof size === 'number') dimension.int(1, size);
    else dimension.bytes(2, size);
    sizes.bytes(1, dimension);
  }
  const ofTensor = new Message();
  ofTensor.int(1, TYPES[type]);
  ofTensor.bytes(2, sizes);
  const ofValue = new Message();
  ofValue.bytes(1, ofTensor);
  const out = new Message();
  out.bytes(1, name);
  out.bytes(2, ofValue);
  return out;
}
