import { isArray } from '../../check.ts';
import {
  type Attribute,
  Float,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TYPES,
  type ValueInfo,
} from './model.ts';
import { MessageWriter } from './protobuf-write.ts';

/** The version of the file's format: that of ONNX 1.12 to 1.13, which have opset 17. */
const IR_VERSION = 8;

/** A model as a file, by the numbers that onnx.proto gives the fields. */
export function writeModel(model: ModelProto): Uint8Array {
  const { producer, opset, metadata } = model;
  const file = new MessageWriter();
  file.integer(1, IR_VERSION);
  file.text(2, producer.name);
  file.text(3, producer.version);
  file.message(7, graph(model));
  const operators = new MessageWriter();
  operators.integer(2, opset);
  file.message(8, operators);
  for (const [key, value] of metadata) {
    const entry = new MessageWriter();
    entry.text(1, key);
    entry.text(2, value);
    file.message(14, entry);
  }
  return file.whole();
}

function graph({ name, nodes, constants, inputs, outputs }: ModelProto): MessageWriter {
  const out = new MessageWriter();
  for (const [i, one] of nodes.entries()) out.message(1, node(one, `${one.op}_${i}`));
  out.text(2, name);
  for (const [title, one] of constants) out.message(5, tensor(one, title));
  for (const one of inputs) out.message(11, valueInfo(one));
  for (const one of outputs) out.message(12, valueInfo(one));
  return out;
}

function node({ inputs, outputs, op, attributes }: NodeProto, name: string): MessageWriter {
  const out = new MessageWriter();
  for (const one of inputs) out.text(1, one);
  for (const one of outputs) out.text(2, one);
  out.text(3, name);
  out.text(4, op);
  for (const [key, value] of Object.entries(attributes)) out.message(5, attribute(key, value));
  return out;
}

function attribute(name: string, value: Attribute): MessageWriter {
  const out = new MessageWriter();
  out.text(1, name);
  // The last field is the type: FLOAT 1, INT 2, STRING 3, TENSOR 4, INTS 7.
  if (value instanceof Float) {
    out.float(2, value.value);
    out.integer(20, 1);
  } else if (typeof value === 'number') {
    out.integer(3, value);
    out.integer(20, 2);
  } else if (typeof value === 'string') {
    out.text(4, value);
    out.integer(20, 3);
  } else if (isArray(value)) {
    for (const one of value as readonly number[]) out.integer(8, one);
    out.integer(20, 7);
  } else {
    out.message(5, tensor(value as TensorProto));
    out.integer(20, 4);
  }
  return out;
}

function tensor({ shape, type, values }: TensorProto, name?: string): MessageWriter {
  const out = new MessageWriter();
  out.integers(1, shape);
  out.integer(2, TYPES[type]);
  if (name !== undefined) out.text(8, name);
  const numbers =
    type === 'float'
      ? Float32Array.from(values)
      : BigInt64Array.from(values as readonly number[], (value) => BigInt(value));
  out.bytes(9, new Uint8Array(numbers.buffer));
  return out;
}

function valueInfo({ name, type, shape }: ValueInfo): MessageWriter {
  const sizes = new MessageWriter();
  for (const size of shape) {
    const dimension = new MessageWriter();
    if (typeof size === 'number') dimension.integer(1, size);
    else dimension.text(2, size);
    sizes.message(1, dimension);
  }
  const ofTensor = new MessageWriter();
  ofTensor.integer(1, TYPES[type]);
  ofTensor.message(2, sizes);
  const ofValue = new MessageWriter();
  ofValue.message(1, ofTensor);
  const out = new MessageWriter();
  out.text(1, name);
  out.message(2, ofValue);
  return out;
}
