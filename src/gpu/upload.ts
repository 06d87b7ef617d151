import { describe, isNumbers } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';

/** Converts an array to 32-bit numbers, the only ones that WGSL has. */
export function words(array: unknown): Float32Array | Int32Array | Uint32Array {
  if (!isNumbers(array) || array.length === 0) {
    throw new OptionError(
      `upload() takes a typed array or an array of numbers; ${describe(array)} was given`,
    );
  }
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) {
    return Uint32Array.from(array);
  }
  if (array instanceof Uint16Array) return Uint32Array.from(array);
  if (array instanceof Int8Array || array instanceof Int16Array) return Int32Array.from(array);
  if (array instanceof Uint32Array || array instanceof Int32Array) return array;
  const floats = Float32Array.from(array);
  const bad = floats.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(array[i]));
  if (bad < 0) return floats;
  throw new DataError(
    `upload(): ${array[bad]} at ${bad} is beyond float32, whose largest number is 3.4e38`,
  );
}
