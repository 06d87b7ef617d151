/** What is said of files that were given: those that are still missing, and those that could not be used. */
import type { GivenFiles } from '../../worker/own-data.ts';
import { saidError } from '../alert.ts';
import { counted, whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { refusalText } from './refused-file.ts';

/** Files in a message. */
const LISTED = 5;

/** Which IDX files are there, and which are missing. */
export function stillMissing({ have, missing }: GivenFiles): string {
  const words = missing.map((one) => {
    if (one.what === 'file') return one.name;
    if (one.what === 'test') return say('images and labels to test on');
    const values = { count: whole(one.count), file: one.of };
    return one.what === 'labels'
      ? say('the {count} labels of {file}', values)
      : say('the {count} images of {file}', values);
  });
  return say('{files}; still missing: {missing}', {
    files: counted(have, 'file'),
    missing: words.join(', '),
  });
}

/** @param refused files, each with what it is or why it is not taken */
export function refusal(refused: readonly (readonly [name: string, why: string])[]): Error {
  return saidError('DataError', () => {
    const list = refused
      .slice(0, LISTED)
      .map(([name, why]) => `${name.slice(0, 80)}: ${refusalText(name, why)}`);
    if (refused.length > LISTED)
      list.push(say('and {count} more', { count: refused.length - LISTED }));
    return say(
      '{files} could not be used. {list}. The page takes tables (.csv, .tsv), images by class in folders or a zip, IDX files, weights (.safetensors), runs that it saved (.json), and for a transformer a text',
      { files: counted(refused.length, 'file'), list: list.join('; ') },
    );
  });
}
