/**
 * A lock on a folder: PGlite itself does not notice a second process, and two spoil its files.
 *
 * Locks are the files `lock.1`, `lock.2`, …; the highest number counts. It is never deleted, only followed by the next, so
 * that a slow process cannot remove or replace a lock that it has not read:
 *
 * 1. Read the highest, N. If its process is alive, or cannot be seen, give up.
 * 2. Create N + 1, complete and only if it is not there (a hard link to a finished file). Of several processes one succeeds.
 * 3. Read the highest again. If it is not N + 1, the view of step 1 was old: remove the own one and begin again.
 * 4. Remove the lower ones.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockError } from './errors.ts';
import { fateOf, ownIdentity, type ProcessIdentity } from './process-identity.ts';

interface LockFile extends ProcessIdentity {
  readonly since: string;
  readonly released: boolean;
}

export interface FolderLock {
  release(): Promise<void>;
}

/** More than ever try at once. */
const ATTEMPTS = 100;

/**
 * Locks a folder for this process. The folder is made if it is not there.
 *
 * @throws {LockError} if another process has it, or may have it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const last = await highest(folder);
    if (last > 0) await refuseIfHeld(folder, last);
    const number = last + 1;
    if (!(await createdAnew(folder, number))) continue;
    if ((await highest(folder)) !== number) {
      await rm(path(folder, number), { force: true });
      continue;
    }
    await removeBelow(folder, number);
    return { release: () => release(folder, number) };
  }
  throw new LockError(
    `${folder} could not be locked: other processes locked and released it all the time. Try again`,
  );
}

const path = (folder: string, number: number): string => join(folder, `lock.${number}`);

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const digits = /^lock\.(\d{1,9})$/.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
}

const highest = async (folder: string): Promise<number> => Math.max(0, ...(await numbers(folder)));

async function refuseIfHeld(folder: string, number: number): Promise<void> {
  const file = path(folder, number);
  let found: LockFile;
  try {
    found = JSON.parse(await readFile(file, 'utf8')) as LockFile;
  } catch (error) {
    // A newer one was made, and this one removed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new LockError(`${file} cannot be read. If no other process uses the folder, delete it`, {
      cause: error,
    });
  }
  if (found.released) return;
  const fate = fateOf(found);
  if (fate === 'dead') return;
  const who = `process ${found.pid} on ${found.host}, since ${found.since}`;
  if (fate === 'alive') {
    throw new LockError(
      `the sweep in ${folder} is open in another process (${who}). End that one first, or use another folder`,
    );
  }
  throw new LockError(
    `the sweep in ${folder} is or was open in ${who}: another machine or container, whose processes cannot be seen from here. Two at once would spoil it. If that one has ended for sure, delete ${file}. For servers that move between machines, use --database postgres://…`,
  );
}

/** Creates the file at once with all its content; false if it is there already. */
async function createdAnew(folder: string, number: number): Promise<boolean> {
  const draft = join(folder, `lock-draft.${randomUUID()}`);
  const content = contentOf(false);
  await writeFile(draft, content, { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, path(folder, number));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // File systems without hard links. The file may be seen empty for a moment, which is refused above.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(code ?? ''))
      throw error;
    return await writeFile(path(folder, number), content, { flag: 'wx', mode: 0o600 }).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(draft, { force: true });
  }
}

const contentOf = (released: boolean): string =>
  `${JSON.stringify({ ...ownIdentity(), since: new Date().toISOString(), released } satisfies LockFile)}\n`;

async function removeBelow(folder: string, number: number): Promise<void> {
  const lower = (await numbers(folder)).filter((one) => one < number);
  for (const one of lower) await rm(path(folder, one), { force: true });
}

async function release(folder: string, number: number): Promise<void> {
  const draft = join(folder, `lock-draft.${randomUUID()}`);
  try {
    await writeFile(draft, contentOf(true), { flag: 'wx', mode: 0o600 });
    await rename(draft, path(folder, number));
  } catch (error) {
    // The folder was removed.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
