/** The element types of a safetensors file that are read. */
export type SafetensorsDtype = 'F32' | 'F16' | 'BF16' | 'I32' | 'I64' | 'U8';

/** What a tensor's elements arrive in. */
export type TensorArray = Float32Array | Int32Array | BigInt64Array | Uint8Array;

const ELEMENT_BYTES: ReadonlyMap<unknown, number> = new Map<SafetensorsDtype, number>([
  ['F32', 4],
  ['F16', 2],
  ['BF16', 2],
  ['I32', 4],
  ['I64', 8],
  ['U8', 1],
]);

/** True for the names of the types that are read. */
export function isDtype(value: unknown): value is SafetensorsDtype {
  return ELEMENT_BYTES.has(value);
}

/** Size of one element in the file, in bytes. */
export function elementBytes(dtype: SafetensorsDtype): number {
  return ELEMENT_BYTES.get(dtype) ?? 0;
}

/**
 * Turns a tensor's bytes into numbers. The file is little-endian, as is every platform with WebGPU.
 *
 * @param bytes a copy that begins its own buffer (so that it is aligned) and has a whole number of
 *   elements; the result may share it
 */
export function decodeTensor(dtype: SafetensorsDtype, bytes: Uint8Array<ArrayBuffer>): TensorArray {
  switch (dtype) {
    case 'F32':
      return new Float32Array(bytes.buffer);
    case 'I32':
      return new Int32Array(bytes.buffer);
    case 'I64':
      return new BigInt64Array(bytes.buffer);
    case 'U8':
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
    // Subnormal: shift until the leading one stands where binary32 leaves it out.
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
