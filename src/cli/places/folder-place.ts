import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GradweaveError } from '../../errors.ts';
import type { CheckpointPlace } from './place.ts';

/** What the name of a file on its way begins with and ends in. */
const [BEFORE, BEHIND] = ['.', '.new'];

/** A file on its way that is older was left by a process that was killed. */
const LEFT_MS = 24 * 3600 * 1000;

/** A folder, of this machine or of several. */
export class FolderPlace implements CheckpointPlace {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Also removes what processes left that were killed while they wrote. */
  static async open(folder: string): Promise<FolderPlace> {
    for (const name of await readdir(folder)) {
      if (!name.startsWith(BEFORE) || !name.endsWith(BEHIND)) continue;
      const file = join(folder, name);
      const facts = await stat(file).catch(() => undefined);
      if (facts && Date.now() - facts.mtimeMs > LEFT_MS) await rm(file, { force: true });
    }
    return new FolderPlace(folder);
  }

  at(name: string): string {
    return join(this.#folder, name);
  }

  async load(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.at(name));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw new GradweaveError(
        `'${this.at(name)}' cannot be read (${code}). Change its permissions, or give another place.`,
        { cause: error },
      );
    }
  }

  async save(name: string, bytes: Uint8Array): Promise<void> {
    await this.#put(name, bytes, (half) => rename(half, this.at(name)));
  }

  async create(name: string, bytes: Uint8Array): Promise<boolean> {
    let isNew = true;
    await this.#put(name, bytes, async (half) => {
      await link(half, this.at(name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') isNew = false;
        // File systems without links, such as FAT.
        else if (error.code === 'EPERM' || error.code === 'ENOTSUP')
          return rename(half, this.at(name));
        else throw error;
      });
      await rm(half, { force: true });
    });
    return isNew;
  }

  /** Written under a name of its own, so that several processes do not mix; on the disk before it is put in its place. */
  async #put(
    name: string,
    bytes: Uint8Array,
    place: (half: string) => Promise<void>,
  ): Promise<void> {
    const half = this.at(
      `${BEFORE}${name}.${process.pid}-${randomBytes(4).toString('hex')}${BEHIND}`,
    );
    const remove = (): void => rmSync(half, { force: true });
    process.once('exit', remove);
    try {
      const file = await open(half, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await place(half);
      await syncFolder(this.#folder);
    } catch (error) {
      remove();
      const { code } = error as NodeJS.ErrnoException;
      throw new GradweaveError(
        `'${this.at(name)}' could not be written (${code}); an earlier file there is as it was. Free space, or give another place.`,
        { cause: error },
      );
    } finally {
      process.off('exit', remove);
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.at(name), { force: true });
  }
}

/** So that the new name survives a loss of power, too. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  const handle = await open(folder, 'r').catch(() => undefined);
  // Some network file systems refuse it.
  await handle?.sync().catch(() => {});
  await handle?.close();
}
