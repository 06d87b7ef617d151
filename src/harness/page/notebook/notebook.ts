import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { say } from '../words/words.ts';
import type { RunRecord } from './run-store.ts';

/** What of a run stays: all but its weights, which have a place of their own, and what is only how it is shown. */
export type KeptRun = Omit<RunRecord, 'weights' | 'open'>;

type KeptWeights = NonNullable<RunRecord['weights']>;

interface Places extends DBSchema {
  runs: { key: string; value: KeptRun };
  /** By the key of the run. */
  weights: { key: string; value: KeptWeights };
}

const NAME = 'gradweave';
/** Raised when the form of what is stored changes; `upgrade` below then brings older forms up to date. */
const VERSION = 1;

/** Why runs are not kept, in words for the page. */
const REASONS = {
  QuotaExceededError: () =>
    say(
      'This browser gives the page no more space, so the latest run is not kept. Delete runs that you do not need, or export this one.',
    ),
  VersionError: () =>
    say(
      'A newer version of this page keeps its runs in this browser. They are left as they are, and runs of this version are not kept.',
    ),
  blocked: () =>
    say(
      'Another tab has an older version of this page open and holds the stored runs. Close it, then reload this page.',
    ),
  other: () =>
    say(
      'This browser stores nothing for this page, as in a private window. Runs are kept until you leave; export those that you need.',
    ),
};

const isReason = (name: string): name is keyof typeof REASONS => Object.hasOwn(REASONS, name);

function reasonOf(error: unknown): () => string {
  const name = error instanceof DOMException ? error.name : String(error);
  return REASONS[isReason(name) ? name : 'other'];
}

/** The runs of this browser: in IndexedDB, or in memory where there is none. */
export class Notebook {
  #base: IDBPDatabase<Places> | undefined;
  readonly #onProblem: (text: () => string) => void;
  /** Writes happen one after the other, so that the last word on a run is the last written. */
  #last: Promise<void> = Promise.resolve();

  /** @param onProblem called with the reason whenever something could not be kept */
  constructor(onProblem: (text: () => string) => void) {
    this.#onProblem = onProblem;
  }

  /** @returns all runs in the order in which they began, with their weights */
  async open(): Promise<RunRecord[]> {
    try {
      this.#base = await openWithin();
      // Another tab has a newer version of the page, which waits for this one.
      this.#base.addEventListener('versionchange', () => this.#leave());
      const runs = await this.#base.getAll('runs');
      const weights = new Map<string, KeptWeights>();
      for (const key of await this.#base.getAllKeys('weights')) {
        const found = await this.#base.get('weights', key);
        if (found) weights.set(key, found);
      }
      return runs
        .sort((a, b) => a.begun.localeCompare(b.begun) || a.id - b.id)
        .map((run) => ({ ...run, open: false, weights: weights.get(run.key) ?? null }));
    } catch (error) {
      this.#base = undefined;
      this.#onProblem(reasonOf(error));
      return [];
    }
  }

  /** Keeps a run as it is now. */
  keep({ weights: _, open: _open, ...run }: RunRecord): Promise<void> {
    return this.#write((base) => base.put('runs', structuredClone(run)));
  }

  /** Keeps a run's weights as they are now. */
  keepWeights({ key, weights }: RunRecord): Promise<void> {
    return weights ? this.#write((base) => base.put('weights', weights, key)) : this.#last;
  }

  /** Forgets a run. */
  forget({ key }: RunRecord): Promise<void> {
    return this.#write(async (base) => {
      await base.delete('runs', key);
      await base.delete('weights', key);
    });
  }

  #leave(): void {
    this.#base?.close();
    this.#base = undefined;
    this.#onProblem(REASONS.VersionError);
  }

  #write(work: (base: IDBPDatabase<Places>) => Promise<unknown>): Promise<void> {
    this.#last = this.#last.then(async () => {
      if (!this.#base) return;
      try {
        await work(this.#base);
      } catch (error) {
        this.#onProblem(reasonOf(error));
      }
    });
    return this.#last;
  }
}

/** Milliseconds until another tab counts as one that does not let go. */
const BLOCKED_MS = 3_000;

function openWithin(): Promise<IDBPDatabase<Places>> {
  return new Promise((resolve, reject) => {
    openDB<Places>(NAME, VERSION, {
      upgrade: (base) => {
        base.createObjectStore('runs', { keyPath: 'key' });
        base.createObjectStore('weights');
      },
      blocked: () => setTimeout(() => reject('blocked'), BLOCKED_MS),
    }).then(resolve, reject);
  });
}
