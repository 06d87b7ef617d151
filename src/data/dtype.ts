/** The supported element types of a safetensors file. */
export type SafetensorsDtype =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'F8_E5M2'
  | 'F8_E4M3'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL';

/** The array of a tensor's elements. */
export type TensorArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

const ELEMENT_BYTES: Readonly<Record<SafetensorsDtype, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

/** Names of the supported types. */
export const DTYPES = Object.keys(ELEMENT_BYTES);

/** Whether a type is supported. */
export function isDtype(value: unknown): value is SafetensorsDtype {
  return DTYPES.includes(value as string);
}

/** Whether a type is a float that becomes numbers. */
export function isFloat(dtype: SafetensorsDtype): boolean {
  return /^B?F\d+$/.test(dtype);
}

/** Size of one element in the file, in bytes. */
export function elementBytes(dtype: SafetensorsDtype): number {
  return ELEMENT_BYTES[dtype];
}

/**
 * Turns a tensor's bytes into numbers. The file is little-endian, as is every platform with WebGPU.
 *
 * @param bytes a copy that begins its own buffer (so that it is aligned) and has a whole number of
 *   elements; the result may share it
 */
export function decodeTensor(dtype: SafetensorsDtype, bytes: Uint8Array<ArrayBuffer>): TensorArray {
  switch (dtype) {
    case 'F64':
      return new Float64Array(bytes.buffer);
    case 'F32':
      return new Float32Array(bytes.buffer);
    case 'I64':
      return new BigInt64Array(bytes.buffer);
    case 'I32':
      return new Int32Array(bytes.buffer);
    case 'I16':
      return new Int16Array(bytes.buffer);
    case 'I8':
      return new Int8Array(bytes.buffer);
    case 'U64':
      return new BigUint64Array(bytes.buffer);
    case 'U32':
      return new Uint32Array(bytes.buffer);
    case 'U16':
      return new Uint16Array(bytes.buffer);
    case 'F8_E5M2':
    case 'F8_E4M3':
    case 'U8':
    case 'BOOL':
      return bytes;
    case 'F16':
      return widen(bytes, halfToSingleBits);
    case 'BF16':
      return widen(bytes, (bits) => bits << 16);
  }
}

/** Widens 16-bit floats through their bits: exact, and NaN payloads survive. */
function widen(
  bytes: Uint8Array<ArrayBuffer>,
  toSingleBits: (bits: number) => number,
): Float32Array {
  const narrow = new Uint16Array(bytes.buffer);
  const wide = new Uint32Array(narrow.length);
  for (let i = 0; i < narrow.length; i++) wide[i] = toSingleBits(narrow[i]);
  return new Float32Array(wide.buffer);
}

/** IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits) to binary32 (1, 8, 23). */
function halfToSingleBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  let exponent = (half >> 10) & 0x1f;
  let fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent === 0) {
    if (fraction === 0) return sign;
    // Subnormal: shift until the leading one is in the place of binary32's implicit one.
    exponent = 1;
    while ((fraction & 0x400) === 0) {
      fraction <<= 1;
      exponent--;
    }
    fraction &= 0x3ff;
  }
  // The exponents' biases are 15 and 127.
  return sign | ((exponent + 112) << 23) | (fraction << 13);
}
