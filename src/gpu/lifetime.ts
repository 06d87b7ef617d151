import { DestroyedError } from '../errors.ts';

/**
 * How long an object lives. It ends once: by its own `destroy()`, or with its owner. Everything that it is
 * doing is then rejected at once; what it holds is freed when nothing of it runs any more.
 */
export class Lifetime {
  /** What messages call it, such as `trainer 1`. */
  readonly name: string;
  readonly #free: () => void;
  readonly #owned = new Set<Lifetime>();
  readonly #rejections = new Set<(error: DestroyedError) => void>();
  readonly #freed: Promise<void>;
  #owner: Lifetime | undefined;
  #error: DestroyedError | undefined;
  #running = 0;
  #done = false;
  #tell: () => void = () => {};

  /**
   * @param free called once, when the object has ended and nothing of it runs
   * @param owner whose end is this one's, too
   * @throws DestroyedError if the owner has ended
   */
  constructor(name: string, free: () => void, owner?: Lifetime) {
    owner?.assert();
    this.name = name;
    this.#free = free;
    this.#freed = new Promise((resolve) => {
      this.#tell = resolve;
    });
    this.#owner = owner;
    if (owner) owner.#owned.add(this);
  }

  get ended(): boolean {
    return this.#error !== undefined;
  }

  /** Settled when the object has ended and what it held is freed. */
  get freed(): Promise<void> {
    return this.#freed;
  }

  /** @throws DestroyedError if the object has ended */
  assert(): void {
    if (this.#error) throw this.#error;
  }

  /**
   * Runs work of the object's. The end rejects the promise at once; nothing is freed before the work is
   * settled, so it may still use what the object holds.
   *
   * @throws DestroyedError if the object has ended, or ends meanwhile
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.assert();
    this.#running++;
    // What throws before its first await rejects, too.
    const working = new Promise<T>((resolve) => {
      resolve(work());
    });
    const settled = (): void => {
      this.#running--;
      this.#settle();
    };
    working.then(settled, settled);
    return this.until(working);
  }

  /**
   * Waits for something that may take for ever, such as a callback of the caller's.
   *
   * @throws DestroyedError as soon as the object has ended
   */
  async until<T>(waited: T | PromiseLike<T>): Promise<T> {
    if (this.#error) {
      // Nobody waits for it any more.
      Promise.resolve(waited).catch(() => {});
      throw this.#error;
    }
    let reject: (error: DestroyedError) => void = () => {};
    const end = new Promise<never>((_, fail) => {
      reject = fail;
    });
    this.#rejections.add(reject);
    try {
      return await Promise.race([waited, end]);
    } finally {
      this.#rejections.delete(reject);
    }
  }

  /** Belongs to another owner from now on. */
  moveTo(owner: Lifetime): void {
    owner.assert();
    if (this.#owner) this.#owner.#owned.delete(this);
    this.#owner = owner;
    owner.#owned.add(this);
  }

  /** Lets go of all that it owns: its end is not theirs any more. */
  release(): void {
    for (const part of this.#owned) part.#owner = undefined;
    this.#owned.clear();
  }

  /**
   * Ends the object and all that it owns. A second end does nothing.
   *
   * @param why default that it was destroyed
   */
  end(why = `this ${this.name} was destroyed; make a new one`): void {
    if (this.#error) return;
    this.#error = new DestroyedError(why);
    for (const part of [...this.#owned]) {
      part.end(`${part.name} has ended: ${why}`);
    }
    for (const reject of [...this.#rejections]) reject(this.#error);
    this.#settle();
  }

  #settle(): void {
    if (this.#done || !this.#error || this.#running > 0 || this.#owned.size > 0) return;
    this.#done = true;
    this.#free();
    this.#tell();
    const owner = this.#owner;
    if (!owner) return;
    owner.#owned.delete(this);
    owner.#settle();
  }
}
