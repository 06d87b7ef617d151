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
  readonly #halves = new Map<StoredKind, HalfFile>();
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
    const half = this.#halves.get(request.what) ?? (await HalfFile.begin(path));
    this.#halves.set(request.what, half);
    try {
      await half.write(Buffer.from(request.base64, 'base64'));
      if (request.more) return null;
      this.#halves.delete(request.what);
      await half.end();
    } catch (error) {
      this.#halves.delete(request.what);
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

/** A file on its way. Atomic: the command can be ended at any time, and an earlier file is better than half of one. */
class HalfFile {
  readonly #file: string;
  readonly #half: string;
  #hasPart = false;

  private constructor(file: string) {
    this.#file = file;
    this.#half = newOf(file);
    process.once('exit', this.#remove);
  }

  static async begin(path: string): Promise<HalfFile> {
    // The file itself, and not the link to it, is replaced.
    return new HalfFile(await realpath(path).catch(() => path));
  }

  readonly #remove = (): void => rmSync(this.#half, { force: true });

  /** Removes it if the part cannot be written. */
  write(part: Uint8Array): Promise<void> {
    const flag = this.#hasPart ? 'a' : 'w';
    this.#hasPart = true;
    return this.#orRemove(() => writeFile(this.#half, part, { flag }));
  }

  /** Puts it in its place. */
  async end(): Promise<void> {
    await this.#orRemove(() => rename(this.#half, this.#file));
    process.off('exit', this.#remove);
  }

  async #orRemove(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      process.off('exit', this.#remove);
      await rm(this.#half, { force: true }).catch(() => {});
      throw error;
    }
  }
}
