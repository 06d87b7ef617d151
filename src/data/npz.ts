import { checkFile, checkInteger, checkKeys } from '../check.ts';
import { DataError } from '../errors.ts';
import { type NpyArray, parseNpy } from './npy.ts';
import { show } from './strict-json.ts';
import { readZip } from './zip.ts';

/** Options of {@link parseNpz}. */
export interface NpzOptions {
  /** Most bytes that all arrays may have, once they are unpacked; 1 GiB by default. */
  readonly maxBytes?: number;
}

/**
 * Reads the arrays that `numpy.savez` or `numpy.savez_compressed` wrote, by their names. As data: `inputs` and `labels` take
 * `data` of an array. As weights: `readWeights` takes the result.
 *
 * @param bytes the whole file
 * @throws DataError if it is not such a file, is damaged, has a name twice, what {@link parseNpy} refuses, or more than
 *   `maxBytes`; OptionError if an option is invalid
 * @example
 * const arrays = await parseNpz(bytes);
 * const train = { inputs: arrays.get('x').data, labels: arrays.get('y').data };
 */
export async function parseNpz(
  bytes: Uint8Array,
  options: NpzOptions = {},
): Promise<Map<string, NpyArray>> {
  checkFile('parseNpz()', bytes);
  checkKeys('parseNpz()', options, ['maxBytes']);
  const { maxBytes = 2 ** 30 } = options;
  checkInteger('parseNpz(): maxBytes', maxBytes, 0);
  const entries = readZip(bytes);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes) {
    throw new DataError(
      `.npz file unpacks to ${total} bytes; maxBytes allows ${maxBytes}. Check that it is the expected file; raise maxBytes if it really is that large`,
    );
  }
  const arrays = new Map<string, NpyArray>();
  for (const { name, unpack } of entries) {
    const [, own] = /^(.+)\.npy$/s.exec(name) ?? [];
    if (own === undefined || arrays.has(own)) {
      throw new DataError(
        `.npz file has ${show(name)}${own === undefined ? ', which is no array' : ' twice'}; it is arrays with different names, as numpy.savez writes them. Check which file it is`,
      );
    }
    const array = await unpack();
    try {
      arrays.set(own, parseNpy(array));
    } catch (cause) {
      if (!(cause instanceof DataError)) throw cause;
      throw new DataError(`${show(own)} of the .npz file: ${cause.message}`, { cause });
    }
  }
  return arrays;
}
