import { DestroyedError } from '../errors.ts';

/**
 * The lifetime of an object. It ends once: by its `destroy()`, or with its owner. Pending calls then reject at
 * once, and the object's memory is freed when its work has stopped.
 */
export class Lifetime {
  /** The object's name in messages, such as `trainer 1`. */
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
   * @param free called once, when the object has ended and its work has stopped
   * @param owner its end ends this object too
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

  /** Resolves when the object has ended and its memory is freed. */
  get freed(): Promise<void> {
    return this.#freed;
  }

  /** @throws DestroyedError if the object has ended */
  assert(): void {
    if (this.#error) throw this.#error;
  }

  /**
   * Runs work of the object. If the object ends, the promise rejects at once, but memory is freed only after the
   * work has settled, so the work may still use it.
   *
   * @throws DestroyedError if the object has ended, or ends meanwhile
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.assert();
    this.#running++;
    // Turns an error before the first await into a rejection.
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
   * Waits for a promise that may never settle, such as that of a caller's callback.
   *
   * @throws DestroyedError as soon as the object has ended
   */
  async until<T>(waited: T | PromiseLike<T>): Promise<T> {
    if (this.#error) {
      // Nothing waits for it any more.
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

  /** Changes the owner. */
  moveTo(owner: Lifetime): void {
    owner.assert();
    if (this.#owner) this.#owner.#owned.delete(this);
    this.#owner = owner;
    owner.#owned.add(this);
  }

  /** Releases all objects that it owns: they do not end with it any more. */
  release(): void {
    for (const part of this.#owned) part.#owner = undefined;
    this.#owned.clear();
  }

  /**
   * Ends the object and all objects that it owns. A second call does nothing.
   *
   * @param why the message of the DestroyedError; default that it was destroyed
   */
  end(
    why = `${/\d$/.test(this.name) ? '' : 'this '}${this.name} was destroyed; make a new one`,
  ): void {
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
