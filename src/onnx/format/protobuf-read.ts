import { DataError } from '../../errors.ts';

/**
 * Reads protobuf's wire format: https://protobuf.dev/programming-guides/encoding/. A message is read field by field, and
 * each field's place is checked against the message's end before it is used. Nothing is copied, and no field is read
 * deeper than its reader asks.
 */
export interface Field {
  readonly number: number;
  /** Of a varint: its 64 bits, as an unsigned integer. */
  readonly varint?: bigint;
  /** Of any other field: its bytes, in the file's memory. */
  readonly bytes?: Uint8Array;
}

const damaged = (what: string): DataError =>
  new DataError(`The ONNX file is damaged, or no ONNX file: ${what}. Get it again.`);

/** A varint at a place, and the place behind it. */
function varintAt(bytes: Uint8Array, at: number): readonly [value: bigint, end: number] {
  let [low, high] = [0, 0];
  for (let i = 0; i < 10; i++) {
    if (at + i >= bytes.length) throw damaged('it ends inside of a number');
    const seven = bytes[at + i] & 127;
    if (i < 4) low += seven * 2 ** (7 * i);
    else high += seven * 2 ** (7 * (i - 4));
    if (bytes[at + i] < 128) {
      return [BigInt.asUintN(64, BigInt(low) + (BigInt(high) << 28n)), at + i + 1];
    }
  }
  throw damaged('a number has more than ten bytes');
}

/** The fields of a message, in their order. @throws DataError if it is damaged */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < bytes.length) {
    const [key, behind] = varintAt(bytes, at);
    const [number, kind] = [Number(key >> 3n), Number(key & 7n)];
    if (number < 1 || number >= 2 ** 29) throw damaged(`a field has the number ${number}`);
    at = behind;
    if (kind === 0) {
      const [varint, end] = varintAt(bytes, at);
      at = end;
      yield { number, varint };
      continue;
    }
    let length = kind === 1 ? 8 : 4;
    if (kind === 2) {
      const [long, end] = varintAt(bytes, at);
      at = end;
      length = Number(long);
    } else if (kind !== 1 && kind !== 5) throw damaged(`a field is of kind ${kind}`);
    if (length > bytes.length - at) {
      throw damaged(`a field has ${length} bytes, and ${bytes.length - at} are left`);
    }
    yield { number, bytes: bytes.subarray(at, at + length) };
    at += length;
  }
}

/** A field's bytes. @throws DataError if it is a number */
export function bytesOf({ number, bytes }: Field): Uint8Array {
  if (bytes) return bytes;
  throw damaged(`field ${number} is a number`);
}

/** A field's text. @throws DataError if it is none */
export function textOf(field: Field): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(field));
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw damaged(`field ${field.number} is not UTF-8`);
  }
}

const signed = (value: bigint): number => Number(BigInt.asIntN(64, value));

/** A field's integer of 64 bits. @throws DataError if it is none */
export function integerOf({ number, varint }: Field): number {
  if (varint !== undefined) return signed(varint);
  throw damaged(`field ${number} is no integer`);
}

/** Adds the integers of a repeated field: one, or all of them packed. @throws DataError if there are more than `most` */
export function pushIntegers(into: number[], field: Field, most: number): void {
  if (field.varint !== undefined) into.push(signed(field.varint));
  else {
    const bytes = bytesOf(field);
    for (let at = 0; at < bytes.length; ) {
      const [value, end] = varintAt(bytes, at);
      if (into.length > most) break;
      into.push(signed(value));
      at = end;
    }
  }
  if (into.length > most) throw damaged(`a list has more than ${most} integers`);
}

/** The float32s of a field: one, or all of a repeated one. @throws DataError if they are none */
export function floatsOf(field: Field): Float32Array {
  const bytes = bytesOf(field);
  if (bytes.length % 4 !== 0) throw damaged(`field ${field.number} has ${bytes.length} bytes`);
  return new Float32Array(bytes.slice().buffer);
}
