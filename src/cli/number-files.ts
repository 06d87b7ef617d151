/** Samples of numbers in npy files. */
import { DataError } from '../errors.ts';
import { checkBytes, namesOf, npyIn, readSamples } from './sample-files.ts';

/** Samples of numbers, [count, …shape] row by row. */
export interface FileNumbers {
  readonly numbers: Float32Array;
  readonly count: number;
  readonly names: readonly string[];
  /** What is to be said of them. */
  readonly remarks?: readonly string[];
}

/**
 * Reads samples of numbers from npy files, each of one sample or of several.
 *
 * @param shape of a sample, as the model takes it
 * @throws {UsageError} if a file cannot be read; DataError if it is not npy, or has samples of another shape
 */
export async function readNumbers(
  files: readonly string[],
  shape: readonly number[],
): Promise<FileNumbers> {
  const parts: { readonly data: ArrayLike<number>; readonly names: readonly string[] }[] = [];
  for (const file of files) {
    const array = npyIn(await readSamples(file), file);
    const one = array.shape.join() === shape.join();
    if (!one && array.shape.slice(1).join() !== shape.join()) {
      throw new DataError(
        `'${file}' is [${array.shape.join(', ')}]; the model takes samples of [${shape.join(', ')}], or [count, ${shape.join(', ')}]`,
      );
    }
    const count = one ? 1 : array.shape[0];
    parts.push({ data: array.data, names: one ? [file] : namesOf(file, count) });
    checkBytes(4 * parts.reduce((sum, { data }) => sum + data.length, 0));
  }
  const numbers = new Float32Array(parts.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of parts) {
    numbers.set(data, at);
    at += data.length;
  }
  const names = parts.flatMap((part) => part.names);
  return { numbers, count: names.length, names };
}
