import { readFile } from 'node:fs/promises';
import { checkToken } from '../../trial/client/address.ts';
import { UsageError } from '../errors.ts';

/**
 * The token of `--token`, `--token-file` or `GRADWEAVE_TOKEN`.
 *
 * @throws {UsageError} if there is none, or two are given; OptionError if it cannot be one
 */
export async function tokenOf(
  values: ReadonlyMap<string, string>,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const [token, file] = [values.get('token'), values.get('token-file')];
  if (token !== undefined && file !== undefined) {
    throw new UsageError('--token and --token-file were given; give one of them.');
  }
  if (token !== undefined) return checkToken(token, '--token');
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`--token-file: '${file}' cannot be read (${error.code}).`);
    });
    return checkToken(text, `--token-file '${file}'`);
  }
  if (env.GRADWEAVE_TOKEN) return checkToken(env.GRADWEAVE_TOKEN, 'GRADWEAVE_TOKEN');
  throw new UsageError(
    '--token is missing: the secret that gradweave sweep printed. Give it with --token, --token-file or GRADWEAVE_TOKEN.',
  );
}
