import { checkFolder } from '../json-file.ts';
import { FolderPlace } from './folder-place.ts';
import { httpPlace } from './http-place.ts';
import type { CheckpointPlace } from './place.ts';
import { s3Place } from './s3-place.ts';

/**
 * Opens the place of `--checkpoint`: a folder, `http://…`, `https://…` or `s3://BUCKET/PREFIX`.
 *
 * @param given as the user gave it
 * @param env for tokens and keys
 * @throws {UsageError} if it is not a place, or a key is missing
 */
export async function openPlace(
  given: string,
  env: NodeJS.ProcessEnv,
  option = '--checkpoint',
): Promise<CheckpointPlace> {
  if (/^s3:\/\//i.test(given)) return s3Place(given, env, option);
  if (/^https?:\/\//i.test(given)) return httpPlace(given, env, option);
  await checkFolder(given, option);
  return FolderPlace.open(given);
}
