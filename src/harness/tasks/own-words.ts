/** What is wrong with data of the user's own, in the command's words: the page gives the same advice without options. */
import { DataError } from '../../errors.ts';

/** Advice, and what it is on the command line. */
const ADVICE: readonly (readonly [advice: string, option: string])[] = [
  ['Fill them with the mean', '--missing mean'],
  ['Learn it as a class', '--learn class'],
  ['Learn it as a number', '--learn number'],
  ['hoose another column', '--target COLUMN'],
  ['Choose a column with different values', '--target COLUMN'],
  ['Choose a column with two classes or more', '--target COLUMN'],
  ['Leave columns with many categories out', '--leave-out COLUMN'],
  ['Leave rows or columns out', '--leave-out COLUMN'],
  ['choose a smaller size', '--side'],
  ['or grey', '--colour grey'],
];

/** A message whose advice names the options that follow it. */
export function withOptions(message: string): string {
  let text = message;
  for (const [advice, option] of ADVICE) text = text.replace(advice, `${advice} (${option})`);
  return text;
}

/** Most files that a text names. */
const LISTED = 20;

/** Which files are not read, and why: of many the first ones. */
export function notReadText(refused: readonly (readonly [path: string, why: string])[]): string {
  const more = refused.length - LISTED;
  const all = refused.slice(0, LISTED).map(([path, why]) => `${path} (${why})`);
  const are = refused.length === 1 ? 'A file is' : `${refused.length} files are`;
  return `${are} not read: ${all.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * Says which data an error is of.
 *
 * @param name of the data, as they were given
 * @returns an error of data that begins with the option and the name; any other error itself
 */
export function ofData(error: unknown, name: string): unknown {
  if (!(error instanceof DataError)) return error;
  return new DataError(`--data: '${name}': ${withOptions(error.message)}`, { cause: error });
}
