/** Where tunings may be kept from one visit to the next: `localStorage`, or anything like it. */
export interface TuningStorage {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
}

/**
 * Which kernel was found the fastest for a product, by the product's key. Kept for one adapter: what
 * is fast on one is not on another.
 */
export class Tunings implements Iterable<readonly [key: string, kernel: string]> {
  readonly #name: string;
  readonly #storage: TuningStorage | undefined;
  readonly #found: Map<string, string>;

  /**
   * @param adapter who the adapter says it is
   * @param storage where tunings are read from and kept; default nowhere
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

  /** The name of the fastest kernel for a product; undefined where none was found. */
  get(key: string): string | undefined {
    return this.#found.get(key);
  }

  /** Keeps what was found. A storage that is full or forbidden is left as it is. */
  add(found: Iterable<readonly [key: string, kernel: string]>): void {
    for (const [key, kernel] of found) this.#found.set(key, kernel);
    try {
      this.#storage?.setItem(this.#name, JSON.stringify([...this.#found]));
    } catch {
      // A private window forbids storage; the tuning holds as long as the engine.
    }
  }

  /** All that were found, as pairs of product and kernel. */
  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#found.entries();
  }
}

/** What a storage holds, where it is what {@link Tunings.add} wrote; nothing else is believed. */
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
