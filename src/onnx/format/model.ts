/** What is used of ONNX's messages: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */

import { checkFinite } from '../../check.ts';

/** Types of elements, by their numbers in TensorProto.DataType. */
export const TYPES = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
} as const;

export type ElementType = keyof typeof TYPES;

/** The name of a type by its number. */
export const typeName = (type: number): string =>
  Object.keys(TYPES).find((name) => TYPES[name as ElementType] === type) ?? `type ${type}`;

/** A constant: numbers of one type in a shape, row by row. */
export interface TensorProto {
  readonly type: 'float' | 'int64';
  readonly shape: readonly number[];
  readonly values: Float32Array | readonly number[];
}

/** A float32 among an operator's attributes; a number alone is an integer. */
export class Float {
  readonly value: number;
  /** @throws OptionError unless it is a number that is finite as float32 */
  constructor(value: number) {
    checkFinite('new Float()', value);
    this.value = value;
  }
}

/** What an operator takes besides its inputs: an integer, a float32, a text, integers, or a constant. */
export type Attribute = number | Float | string | readonly number[] | TensorProto;

export interface NodeProto {
  readonly op: string;
  /** Names of values; an empty one is an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or an output of the whole graph. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  /** A size, or the name of one that differs from call to call. */
  readonly shape: readonly (number | string)[];
}

export interface ModelProto {
  readonly opset: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly metadata: ReadonlyMap<string, string>;
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly constants: ReadonlyMap<string, TensorProto>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}
