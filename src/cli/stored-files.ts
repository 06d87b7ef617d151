import { rmSync } from 'node:fs';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { Host } from '../bench/host.ts';
import { GradweaveError } from '../errors.ts';
import { UsageError } from './errors.ts';
import { checkFile } from './json-file.ts';

/** A kind of file that a run sends. */
export type StoredKind = 'checkpoint' | 'model';

/** Where a kind of file goes. */
interface Place {
  readonly path: string;
  /** What said so, such as `--save`. */
  readonly option: string;
}

/** Writes the files that a run sends, each to its place. */
export class StoredFiles {
  readonly #places: ReadonlyMap<StoredKind, Place>;
  readonly #written = new Set<StoredKind>();
  #failure: GradweaveError | undefined;

  private constructor(places: ReadonlyMap<StoredKind, Place>) {
    this.#places = places;
  }

  /**
   * @param places where each kind goes, and the option that says so; kinds without a place are left out
   * @throws {UsageError} if a file cannot be written there
   */
  static async open(
    places: readonly (readonly [StoredKind, string | undefined, string])[],
  ): Promise<StoredFiles> {
    const given = places.flatMap(([kind, path, option]) =>
      path === undefined ? [] : [[kind, path, option] as const],
    );
    for (const [, path, option] of given) await checkPlace(path, option);
    return new StoredFiles(new Map(given.map(([kind, path, option]) => [kind, { path, option }])));
  }

  /** Why a file was not written. The page, which gets it too, knows only its text. */
  get failure(): GradweaveError | undefined {
    return this.#failure;
  }

  /** How many kinds were asked for. */
  get size(): number {
    return this.#places.size;
  }

  /** The file of a kind, once it is written. */
  written(kind: StoredKind): string | undefined {
    return this.#written.has(kind) ? this.#places.get(kind)?.path : undefined;
  }

  /** Answers the page's request `store`. */
  readonly host: Host = async (request) => {
    const place = request.kind === 'store' ? this.#places.get(request.what) : undefined;
    if (request.kind !== 'store' || place === undefined) {
      throw new GradweaveError(`${request.kind} is not answered here`);
    }
    const { path, option } = place;
    try {
      await replace(path, Buffer.from(request.base64, 'base64'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.#failure = new GradweaveError(
        `${option}: '${path}' could not be written (${code}), so the run was ended; an earlier file there is as it was. Free space, or give another place.`,
        { cause: error },
      );
      throw this.#failure;
    }
    this.#written.add(request.what);
    return null;
  };
}

const newOf = (path: string): string => `${path}.new`;

/** Tries the place out: many things can be wrong with it, and the run before may take hours. */
async function checkPlace(path: string, option: string): Promise<void> {
  await checkFile(path, option);
  const facts = await stat(path).catch(() => undefined);
  if (facts && !facts.isFile()) {
    throw new UsageError(`${option}: '${path}' is a device or a pipe. Give the name of a file.`);
  }
  try {
    await writeFile(newOf(path), '');
    await rm(newOf(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${option}: '${newOf(path)}' cannot be written (${code}); the file is written there first. Change the folder’s permissions, or give another place.`,
    );
  }
}

/** Atomic: the command can be ended at any time, and an earlier file is better than half of one. */
async function replace(path: string, bytes: Uint8Array): Promise<void> {
  // The file itself, and not the link to it, is replaced.
  const file = await realpath(path).catch(() => path);
  const half = newOf(file);
  const remove = (): void => rmSync(half, { force: true });
  process.once('exit', remove);
  try {
    await writeFile(half, bytes);
    await rename(half, file);
  } catch (error) {
    await rm(half, { force: true }).catch(() => {});
    throw error;
  } finally {
    process.off('exit', remove);
  }
}
