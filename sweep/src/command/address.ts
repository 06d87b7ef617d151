/** The token and port of a sweep's server: kept in its folder, so that workers find a server that was started again. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PortTakenError } from '../../../src/cli/errors.ts';
import { checkToken } from '../../../src/trial/client/address.ts';

/** The usual port. */
const PORT = 8791;

export const tokenFile = (folder: string): string => join(folder, 'token');
const portFile = (folder: string): string => join(folder, 'port');

const read = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );

/**
 * The token of the command line, of `GRADWEAVE_TOKEN`, or of the folder; undefined for a new one.
 *
 * @throws {OptionError} if it cannot be one
 */
export async function givenToken(
  folder: string,
  values: ReadonlyMap<string, string>,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const option = values.get('token');
  if (option !== undefined) return checkToken(option, '--token');
  if (env.GRADWEAVE_TOKEN) return checkToken(env.GRADWEAVE_TOKEN, 'GRADWEAVE_TOKEN');
  const kept = await read(tokenFile(folder));
  return kept === undefined ? undefined : checkToken(kept, `the token in ${tokenFile(folder)}`);
}

/** Keeps what the server has now. Only the user may read the token. */
export async function keepAddress(
  folder: string,
  { token, port }: { readonly token: string; readonly port: number },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(tokenFile(folder), `${token}\n`, { mode: 0o600 });
  await chmod(tokenFile(folder), 0o600);
  await writeFile(portFile(folder), `${port}\n`);
}

/**
 * Starts a server at the port that was given, or fails; else at that of the last time, the usual or a free one.
 *
 * @throws {PortTakenError} if another program has the port that was given
 */
export async function atPort<Server>(
  folder: string,
  given: string | undefined,
  start: (port: number) => Promise<Server>,
): Promise<Server> {
  if (given !== undefined) return start(Number(given));
  const kept = Number(await read(portFile(folder)));
  const ports = [...(Number.isInteger(kept) && kept > 0 && kept < 65_536 ? [kept] : []), PORT];
  for (const port of ports) {
    try {
      return await start(port);
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error;
    }
  }
  return start(0);
}
