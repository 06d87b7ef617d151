/** Files of samples that are passed over, since they are none that the model takes. */
import { DataError } from '../errors.ts';

/** @throws DataError if all files were refused */
export function checkTaken(refused: readonly DataError[], files: number): void {
  if (refused.length < files) return;
  const [first] = refused;
  if (files === 1) throw first;
  throw notTaken(
    refused.map(({ message }) => message),
    files,
  );
}

/** Most files that a message names. */
const LISTED = 20;

/**
 * The error that names files which could not be taken.
 *
 * @param refused why, of each
 * @param files how many were given
 */
export function notTaken(refused: readonly string[], files: number): DataError {
  const more = refused.length - LISTED;
  const all = [...refused.slice(0, LISTED), ...(more > 0 ? [`and ${more} more`] : [])];
  if (refused.length === 1) return new DataError(refused[0]);
  return new DataError(
    `${refused.length} of ${files} files could not be taken:\n${all.map((one) => `- ${one}`).join('\n')}`,
  );
}
