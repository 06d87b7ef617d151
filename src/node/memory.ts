import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

/** Days for which a software choice is kept: a GPU may have been unavailable only for a moment. */
const SOFTWARE_DAYS = 7;
/** Most entries: more machines, browsers and drivers than one user has. */
const MOST = 50;

/** A choice that worked before. */
export interface Remembered {
  /** The name of the attempt. */
  readonly name: string;
  /** Whether it is software. */
  readonly software: boolean;
  /** Milliseconds since 1970. */
  readonly when: number;
}

/** Remembers which adapter or driver worked, in one file of the user's cache. */
export class ChoiceMemory {
  readonly #file: string;

  /** @param file default `adapters.json` in the user's cache */
  constructor(file = join(cacheFolder(), 'adapters.json')) {
    this.#file = file;
  }

  /**
   * The choice for a key.
   *
   * @param key everything that the choice depends on
   */
  recall(key: string): Remembered | undefined {
    const found = this.#read()[hash(key)];
    if (found === undefined) return undefined;
    const age = Date.now() - found.when;
    const stale = found.software && !(age >= 0 && age < SOFTWARE_DAYS * 86_400_000);
    return stale ? undefined : found;
  }

  /** Keeps a choice. Does nothing if the file cannot be written. */
  keep(key: string, name: string, software: boolean): void {
    this.#change((all) => {
      all[hash(key)] = { name, software, when: Date.now() };
    });
  }

  /** Drops a choice that no longer works. */
  drop(key: string): void {
    if (!(hash(key) in this.#read())) return;
    this.#change((all) => {
      delete all[hash(key)];
    });
  }

  /** Forgets everything. */
  forget(): void {
    rmSync(this.#file, { force: true });
  }

  #read(): Record<string, Remembered> {
    try {
      const all: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      const entries = Object.entries(typeof all === 'object' && all !== null ? all : {});
      return Object.fromEntries(entries.filter(([, one]) => isRemembered(one)));
    } catch {
      return {};
    }
  }

  #change(edit: (all: Record<string, Remembered>) => void): void {
    const all = this.#read();
    edit(all);
    const newest = Object.entries(all)
      .sort(([, a], [, b]) => b.when - a.when)
      .slice(0, MOST);
    const temporary = `${this.#file}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(newest), null, 2)}\n`);
      renameSync(temporary, this.#file);
    } catch {
      // A cache that cannot be written costs time at the next start, nothing else.
    }
  }
}

function isRemembered(one: unknown): one is Remembered {
  const { name, software, when } = (one ?? {}) as Partial<Remembered>;
  return typeof name === 'string' && typeof software === 'boolean' && typeof when === 'number';
}

const hash = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 24);
