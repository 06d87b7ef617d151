import { checkFile } from '../../check.ts';
import { DataError } from '../../errors.ts';
import {
  bytesOf,
  type Field,
  fieldsOf,
  floatsOf,
  integerOf,
  pushIntegers,
  textOf,
} from './protobuf-read.ts';
import { type ReadTensor, readTensor } from './read-tensor.ts';

export type ReadAttribute = number | string | readonly number[] | ReadTensor | 'a graph';

export interface ReadNode {
  readonly name: string;
  readonly op: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, ReadAttribute>;
}

/** A value that the file describes: its type, and its shape with −1 for a size that it leaves open. */
export interface ReadValue {
  readonly name: string;
  readonly type: number;
  /** Undefined if the file does not say. */
  readonly shape: readonly number[] | undefined;
}

export interface ReadModel {
  /** Of ONNX's own operators. */
  readonly opset: number;
  /** Name and version of what made it. */
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly nodes: readonly ReadNode[];
  readonly constants: ReadonlyMap<string, ReadTensor>;
  readonly inputs: readonly ReadValue[];
  readonly outputs: readonly ReadValue[];
}

/** More than the largest networks have. */
const MOST = {
  nodes: 5000,
  constants: 10_000,
  ends: 100,
  names: 1000,
  integers: 100,
  metadata: 1000,
};

function push<T>(what: keyof typeof MOST, into: T[], value: T): void {
  if (into.length >= MOST[what]) {
    throw new DataError(
      `The ONNX file has more than ${MOST[what]} ${what}; fromOnnx() takes no more.`,
    );
  }
  into.push(value);
}

/**
 * Reads an ONNX file, by the numbers that onnx.proto gives the fields. What is nested deeper than a network's nodes is not read.
 *
 * @throws DataError if it is damaged, or no ONNX file; if it has its numbers elsewhere, or more than networks have
 */
export function readModel(given: Uint8Array): ReadModel {
  checkFile('fromOnnx()', given);
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  let graph: Uint8Array | undefined;
  let opset = 0;
  const producer = ['', ''];
  const metadata: (readonly [string, string])[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 2 || field.number === 3) producer[field.number - 2] = textOf(field);
    else if (field.number === 7) graph = bytesOf(field);
    else if (field.number === 8) opset = opsetOf(bytesOf(field)) ?? opset;
    else if (field.number === 14) push('metadata', metadata, entryOf(bytesOf(field)));
    else if (field.number === 25) {
      throw new DataError(
        'The ONNX file has functions of its own, which fromOnnx() does not read. Inline them: onnx.inliner.inline_local_functions(model).',
      );
    }
  }
  if (!graph) throw new DataError('The ONNX file has no graph: it is damaged, or no ONNX file.');
  return {
    ...graphOf(graph),
    opset,
    producer: producer.join(' ').trim(),
    metadata: new Map(metadata),
  };
}

function opsetOf(bytes: Uint8Array): number | undefined {
  let [domain, version] = ['', 0];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) domain = textOf(field);
    else if (field.number === 2) version = integerOf(field);
  }
  return domain === '' || domain === 'ai.onnx' ? version : undefined;
}

function entryOf(bytes: Uint8Array): readonly [key: string, value: string] {
  let [key, value] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) key = textOf(field);
    else if (field.number === 2) value = textOf(field);
  }
  return [key, value];
}

function graphOf(bytes: Uint8Array) {
  const nodes: ReadNode[] = [];
  const constants: ReadTensor[] = [];
  const [inputs, outputs]: [ReadValue[], ReadValue[]] = [[], []];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) push('nodes', nodes, nodeOf(bytesOf(field)));
    else if (field.number === 5) push('constants', constants, readTensor(bytesOf(field)));
    else if (field.number === 11) push('ends', inputs, describedIn(bytesOf(field)));
    else if (field.number === 12) push('ends', outputs, describedIn(bytesOf(field)));
    else if (field.number === 15) {
      throw new DataError('The ONNX file has sparse constants; fromOnnx() takes dense ones.');
    }
  }
  const named = new Map(constants.map((one) => [one.name, one]));
  if (named.size < constants.length) throw new DataError('The ONNX file names a constant twice.');
  const made = nodes.flatMap(({ outputs: names }) => names.filter((name) => name !== ''));
  if (new Set([...made, ...named.keys()]).size < made.length + named.size) {
    throw new DataError('The ONNX file makes a value twice. Get it again.');
  }
  // Older files list the constants among the inputs, too.
  return {
    nodes,
    constants: named,
    outputs,
    inputs: inputs.filter(({ name }) => !named.has(name)),
  };
}

function nodeOf(bytes: Uint8Array): ReadNode {
  const node = { name: '', op: '', domain: '' };
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const attributes = new Map<string, ReadAttribute>();
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) push('names', inputs, textOf(field));
    else if (field.number === 2) push('names', outputs, textOf(field));
    else if (field.number === 3) node.name = textOf(field);
    else if (field.number === 4) node.op = textOf(field);
    else if (field.number === 5) attributes.set(...attributeOf(bytesOf(field)));
    else if (field.number === 7) node.domain = textOf(field);
  }
  return {
    ...node,
    inputs,
    outputs,
    attributes,
    domain: node.domain === 'ai.onnx' ? '' : node.domain,
  };
}

function attributeOf(bytes: Uint8Array): [name: string, value: ReadAttribute] {
  let name = '';
  let single: ReadAttribute | undefined;
  const list: number[] = [];
  const read = (field: Field): ReadAttribute | undefined => {
    if (field.number === 2) return floatsOf(field)[0];
    if (field.number === 3) return integerOf(field);
    if (field.number === 4) return textOf(field);
    if (field.number === 5) return readTensor(bytesOf(field));
    // Graphs, strings, tensors and sparse tensors: no operator here takes them.
    return [6, 9, 10, 11, 15, 22, 23].includes(field.number) ? 'a graph' : undefined;
  };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 8) pushIntegers(list, field, MOST.integers);
    else if (field.number === 7) for (const one of floatsOf(field)) push('integers', list, one);
    else single = read(field) ?? single;
  }
  return [name, single ?? list];
}

function describedIn(bytes: Uint8Array): ReadValue {
  let name = '';
  let type = 0;
  let shape: number[] | undefined;
  /** The fields of a message inside of one, by its number. */
  const inside = (outer: Uint8Array, number: number): Uint8Array[] =>
    [...fieldsOf(outer)].filter((field) => field.number === number).map(bytesOf);
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const tensor of inside(bytesOf(field), 1)) {
      for (const part of fieldsOf(tensor)) {
        if (part.number === 1) type = integerOf(part);
        if (part.number !== 2) continue;
        shape = [];
        for (const size of inside(bytesOf(part), 1)) push('ends', shape, sizeOf(size));
      }
    }
  }
  return { name, type, shape };
}

/** A size, or −1 if it has a name or nothing. */
function sizeOf(bytes: Uint8Array): number {
  for (const field of fieldsOf(bytes)) if (field.number === 1) return integerOf(field);
  return -1;
}
