import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { say } from '../words/words.ts';
import { byBeginning, type KeptRun, leftAlone, type Marks, trained } from './run-merge.ts';
import { isActive, type RunRecord } from './run-store.ts';

type KeptWeights = NonNullable<RunRecord['weights']>;

/** What a tab tells the others of a run. */
interface Word {
  readonly key: string;
  readonly what: Told;
}

export type Told = 'kept' | 'weights' | 'gone';

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
  deleted: () =>
    say(
      'What this page kept in this browser was deleted. Runs are kept until you leave; export those that you need.',
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

/** What the notebook calls back. */
export interface NotebookHost {
  /** Something could not be kept, and why; undefined if all is kept again. */
  problem(text: (() => string) | undefined): void;
  /** Another tab has changed a run, or its weights, or has deleted it. */
  changed(key: string, what: Told): void;
}

/** The runs of this browser: in IndexedDB, or in memory where there is none. Its tabs tell each other what they write. */
export class Notebook {
  #base: IDBPDatabase<Places> | undefined;
  readonly #host: NotebookHost;
  readonly #tabs = new BroadcastChannel('gradweave runs');
  /** Writes happen one after the other, so that the last word on a run is the last written. */
  #last: Promise<void> = Promise.resolve();
  /** Writes that failed, which are tried again when there may be room. */
  readonly #failed = new Map<string, () => Promise<void>>();

  constructor(host: NotebookHost) {
    this.#host = host;
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<Word>) =>
      host.changed(data.key, data.what),
    );
  }

  /** @returns all runs in the order in which they began, with their weights */
  async open(): Promise<RunRecord[]> {
    try {
      this.#base = await openWithin(() => this.#leave(REASONS.deleted));
      // Another tab has a newer version of the page, which waits for this one; or all is deleted.
      this.#base.addEventListener('versionchange', ({ newVersion }) =>
        this.#leave(newVersion === null ? REASONS.deleted : REASONS.VersionError),
      );
      const keys = await this.#base.getAllKeys('runs');
      const runs = await Promise.all(keys.map((key) => this.read(key)));
      return runs.flatMap((run) => run ?? []).sort(byBeginning);
    } catch (error) {
      this.#base = undefined;
      this.#host.problem(reasonOf(error));
      return [];
    }
  }

  /** @returns a run as it is kept, with its weights; undefined if it is not */
  async read(key: string): Promise<RunRecord | undefined> {
    const run = await this.#base?.get('runs', key);
    return run && { ...run, open: false, weights: (await this.#base?.get('weights', key)) ?? null };
  }

  /** Keeps a run as it is now, but for what was said of it in any tab. Only for the tab that trains it, or brings it. */
  keep({ weights: _, open: _open, held: _held, ...run }: RunRecord): Promise<void> {
    const copy = structuredClone(run);
    return this.#change('keep', copy.key, (stored) => trained(copy, stored));
  }

  /** Keeps what somebody says of a run, and leaves the rest as it is. */
  mark(key: string, marks: Marks): Promise<void> {
    return this.#change('mark', key, (stored) => stored && { ...stored, ...marks });
  }

  /** Keeps that a run has stopped, if it was left by the tab that trained it. */
  stop(key: string): Promise<void> {
    return this.#change('stop', key, (stored) =>
      stored && isActive(stored) ? { ...stored, ...leftAlone(stored) } : undefined,
    );
  }

  /** Keeps a run's weights as they are now. */
  keepWeights({ key, weights }: RunRecord): Promise<void> {
    if (!weights) return this.#last;
    return this.#write('weights', { key, what: 'weights' }, async (base) => {
      await base.put('weights', weights, key);
      return true;
    });
  }

  /** Forgets a run. */
  async forget({ key }: RunRecord): Promise<void> {
    for (const how of ['keep', 'mark', 'stop', 'weights']) this.#failed.delete(`${how} ${key}`);
    await this.#write('forget', { key, what: 'gone' }, async (base) => {
      await base.delete('runs', key);
      await base.delete('weights', key);
      return true;
    });
    for (const again of [...this.#failed.values()]) void again();
  }

  #change(
    how: string,
    key: string,
    changed: (stored: KeptRun | undefined) => KeptRun | undefined,
  ): Promise<void> {
    return this.#write(how, { key, what: 'kept' }, async (base) => {
      const change = base.transaction('runs', 'readwrite');
      const run = changed(await change.store.get(key));
      await Promise.all([run && change.store.put(run), change.done]);
      return run !== undefined;
    });
  }

  #leave(why: () => string): void {
    this.#base?.close();
    this.#base = undefined;
    this.#failed.clear();
    this.#host.problem(why);
  }

  /** @param work returns whether anything was written */
  #write(
    how: string,
    word: Word,
    work: (base: IDBPDatabase<Places>) => Promise<boolean>,
  ): Promise<void> {
    const place = `${how} ${word.key}`;
    const write = async (): Promise<void> => {
      if (!this.#base) return;
      try {
        if (await work(this.#base)) this.#tabs.postMessage(word);
        if (this.#failed.delete(place) && this.#failed.size === 0) this.#host.problem(undefined);
      } catch (error) {
        if (!this.#base) return;
        this.#failed.set(place, () => this.#write(how, word, work));
        this.#host.problem(reasonOf(error));
      }
    };
    this.#last = this.#last.then(write);
    return this.#last;
  }
}

/** Milliseconds until another tab counts as one that does not let go. */
const BLOCKED_MS = 3_000;

/** @param onEnd called if the browser takes the database away */
function openWithin(onEnd: () => void): Promise<IDBPDatabase<Places>> {
  return new Promise((resolve, reject) => {
    openDB<Places>(NAME, VERSION, {
      upgrade: (base) => {
        base.createObjectStore('runs', { keyPath: 'key' });
        base.createObjectStore('weights');
      },
      terminated: onEnd,
      blocked: () => setTimeout(() => reject('blocked'), BLOCKED_MS),
    }).then(resolve, reject);
  });
}
