const lockOf = (key: string): string => `gradweave run ${key}`;

/** Milliseconds until a run counts as trained by another tab: one that has just ended there gives its lock back before. */
const WAIT_MS = 1_000;

type Release = () => void;

/** Waits for a run's lock; undefined if another tab keeps it. Without locks, as in some private windows, there is nothing to wait for. */
function request(key: string): Promise<Release | undefined> {
  const { locks } = navigator;
  if (!locks) return Promise.resolve(() => {});
  return new Promise((resolve) => {
    const hold = () => new Promise<void>(resolve);
    locks.request(lockOf(key), { signal: AbortSignal.timeout(WAIT_MS) }, hold).catch((error) => {
      const isHeld = error instanceof DOMException && error.name === 'TimeoutError';
      resolve(isHeld ? undefined : () => {});
    });
  });
}

/** A tab holds a lock for each run that it trains: others see that it is not abandoned, and train it not as well. */
export class RunLocks {
  readonly #taken = new Map<string, Promise<Release | undefined>>();

  /** @returns whether this tab has the run's lock now */
  async take(key: string): Promise<boolean> {
    const taken = this.#taken.get(key) ?? request(key);
    this.#taken.set(key, taken);
    const isTaken = (await taken) !== undefined;
    if (!isTaken) this.#taken.delete(key);
    return isTaken;
  }

  /** @returns ends the lock, when what was trained is kept */
  giving(key: string): Release {
    const taken = this.#taken.get(key);
    this.#taken.delete(key);
    return () => void taken?.then((release) => release?.());
  }

  /** Which of the runs are trained in any tab; none if that cannot be known. */
  async held(keys: readonly string[]): Promise<ReadonlySet<string>> {
    try {
      const { held = [] } = (await navigator.locks?.query()) ?? {};
      const names = new Set(held.map(({ name }) => name));
      return new Set(keys.filter((key) => names.has(lockOf(key))));
    } catch {
      return new Set();
    }
  }

  /** Waits until no tab trains a run. */
  async free(key: string): Promise<void> {
    await navigator.locks?.request(lockOf(key), { mode: 'shared' }, () => {});
  }
}
