/** Keeps tunings from one visit to the next: `localStorage`, or an object with these two methods. */
export interface TuningStorage {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
}

/**
 * The fastest kernel that was found for each product, by the product's key. Tunings belong to one adapter, since
 * another may be fast with other kernels.
 */
export class Tunings implements Iterable<readonly [key: string, kernel: string]> {
  readonly #name: string;
  readonly #storage: TuningStorage | undefined;
  readonly #found: Map<string, string>;

  /**
   * @param adapter the adapter's vendor, architecture, device and description
   * @param storage where tunings are read from and written to; default nowhere
   */
  constructor(adapter: readonly string[], storage?: TuningStorage) {
    this.#name = `gradweave tuning: ${adapter.filter((part) => part !== '').join(' ')}`;
    this.#storage = storage;
    this.#found = new Map(read(storage, this.#name));
  }

  /** Whether a product has been tuned. */
  has(key: string): boolean {
    return this.#found.has(key);
  }

  /** The name of the fastest kernel for a product; undefined if it was not tuned. */
  get(key: string): string | undefined {
    return this.#found.get(key);
  }

  /** Adds tunings. If the storage is full or forbidden, they are not stored. */
  add(found: Iterable<readonly [key: string, kernel: string]>): void {
    for (const [key, kernel] of found) this.#found.set(key, kernel);
    try {
      this.#storage?.setItem(this.#name, JSON.stringify([...this.#found]));
    } catch {
      // A private window forbids storage. The engine still has the tunings.
    }
  }

  /** All tunings, as pairs of product and kernel. */
  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#found.entries();
  }
}

/** Reads a storage. Ignores everything that {@link Tunings.add} would not write. */
function read(storage: TuningStorage | undefined, name: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(storage?.getItem(name) ?? '[]');
    if (!Array.isArray(value)) return [];
    return value.filter(
      (entry): entry is [string, string] =>
        Array.isArray(entry) &&
        entry.length === 2 &&
        entry.every((part) => typeof part === 'string'),
    );
  } catch {
    return [];
  }
}
