/** Model files that the command line names. */
import { DataError } from '../errors.ts';
import { readModel } from '../train/model-file/read.ts';
import type { SavedModel } from '../train/model-file/saved-model.ts';
import { KEY } from '../train/model-file/version.ts';
import { readGiven, readTensors } from './resumed.ts';
import { shellWord } from './shell-word.ts';

/**
 * Reads a model file of `train --save`, or of the page.
 *
 * @param what the argument that names it
 * @throws {UsageError} if it cannot be read; DataError if it is something else, such as a checkpoint
 */
export async function readModelFile(file: string, what: string): Promise<SavedModel> {
  const { metadata } = await readTensors(file, what);
  if (!Object.hasOwn(metadata, KEY)) {
    const isRun = metadata.format?.startsWith('gradweave checkpoint');
    throw new DataError(
      isRun
        ? `${what}: '${file}' is a checkpoint, not a model file. Write the network of its run: gradweave train --resume ${shellWord(file)} --save FILE`
        : `${what}: '${file}' has tensors, but does not say which network they are of. Give a model file, as train --save writes it`,
    );
  }
  try {
    return readModel(await readGiven(file, what));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${what}: '${file}': ${error.message}`, { cause: error });
  }
}
