import { rename, writeFile } from 'node:fs/promises';
import type { Host } from '../bench/host.ts';
import { GradweaveError } from '../errors.ts';
import { checkFile } from './json-file.ts';

/** A kind of file that a run sends. */
export type StoredKind = 'checkpoint' | 'model';

/** Writes the files that a run sends, each to its place. */
export class StoredFiles {
  readonly #places: ReadonlyMap<StoredKind, string>;
  readonly #written = new Set<StoredKind>();

  private constructor(places: ReadonlyMap<StoredKind, string>) {
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
    for (const [, path, option] of given) await checkFile(path, option);
    return new StoredFiles(new Map(given.map(([kind, path]) => [kind, path])));
  }

  /** How many kinds were asked for. */
  get size(): number {
    return this.#places.size;
  }

  /** The file of a kind, once it is written. */
  written(kind: StoredKind): string | undefined {
    return this.#written.has(kind) ? this.#places.get(kind) : undefined;
  }

  /** Answers the page's request `store`. */
  readonly host: Host = async (request) => {
    const path = request.kind === 'store' ? this.#places.get(request.what) : undefined;
    if (request.kind !== 'store' || path === undefined) {
      throw new GradweaveError(`${request.kind} is not answered here`);
    }
    // Atomic: the command can be ended at any time, and an earlier file is better than half of one.
    await writeFile(`${path}.new`, Buffer.from(request.base64, 'base64'));
    await rename(`${path}.new`, path);
    this.#written.add(request.what);
    return null;
  };
}
