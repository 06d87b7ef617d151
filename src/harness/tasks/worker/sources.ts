import type { ImageDataset } from '../../../data/dataset.ts';
import { loadFashionMnist } from '../../../data/load-fashion-mnist.ts';
import { DataError } from '../../../errors.ts';
import type { SweepClient } from '../../../trial/client/client.ts';
import { BUILT_IN_TEXT } from '../built-in-text.ts';
import { decodeText, type GivenText } from '../text.ts';
import type { TrialSources } from '../trial-data.ts';

/** The text's name among the data of a sweep. */
const TEXT = 'text.txt';
/** Most files of a data set. */
const MOST_FILES = 16;

/** The data that a sweep's server has. Each is fetched when a trial first needs it, and kept for the next ones. */
export function sweepSources(client: SweepClient): Required<TrialSources> {
  const file = async (name: string): Promise<Uint8Array> => {
    const bytes = await client.data(name);
    if (bytes) return bytes;
    throw new DataError(
      `the sweep's server has no data/${name}, which the trial needs. Start gradweave sweep with its data`,
    );
  };
  return {
    images: async (): Promise<ImageDataset> => {
      const files: Record<string, Uint8Array> = {};
      for (const name of namesOf(await file('index.json'))) files[name] = await file(name);
      return loadFashionMnist(files);
    },
    text: async (): Promise<GivenText> => {
      const bytes = await client.data(TEXT);
      const name = 'the sweep’s text';
      return bytes ? { name, text: decodeText(bytes, name) } : BUILT_IN_TEXT;
    },
  };
}

/** The names of `{"files":[…]}`, without a text. */
function namesOf(bytes: Uint8Array): string[] {
  try {
    const { files } = JSON.parse(new TextDecoder().decode(bytes));
    if (Array.isArray(files) && files.every((name) => typeof name === 'string')) {
      return files.filter((name) => name !== TEXT).slice(0, MOST_FILES);
    }
  } catch {
    // Reported below.
  }
  throw new DataError("the sweep's server lists no files in data/index.json");
}
