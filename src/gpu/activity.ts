import { BusyError } from '../errors.ts';

/** What the trainers that share parameters are doing. */
class Group {
  doing: { readonly call: string; readonly who: string } | undefined;
  resting = false;
  members = 0;
  readonly reading = new Set<Promise<unknown>>();
}

/** What a trainer is doing: refuses calls that exclude each other, and lets readers see one state. */
export class Activity {
  readonly #who: string;
  readonly #group: Group;

  /**
   * @param who the trainer's name in messages
   * @param other the activity of a trainer that shares the parameters; only one of them trains at a time
   */
  constructor(who: string, other?: Activity) {
    this.#who = who;
    this.#group = other ? other.#group : new Group();
    this.#group.members++;
  }

  /** Whether other trainers share the parameters. */
  get shared(): boolean {
    return this.#group.members > 1;
  }

  /** Tells that the trainer has ended. */
  leave(): void {
    this.#group.members--;
  }

  /**
   * @param call the call's name in messages
   * @throws BusyError if the trainer is doing something that excludes the call
   */
  assertIdle(call: string): void {
    const { doing } = this.#group;
    if (doing === undefined) return;
    const whose =
      doing.who === this.#who ? doing.who : `${doing.who}, which shares its parameters,`;
    throw new BusyError(
      `${call} was called while ${doing.call} of ${whose} is running. Await ${doing.call} first, or stop it by its signal`,
    );
  }

  /** @throws BusyError unless the trainer is idle or awaits a callback between two epochs */
  assertRests(call: string): void {
    if (!this.#group.resting) this.assertIdle(call);
  }

  /** @throws BusyError while a call still reads the weights */
  assertUnread(call: string): void {
    if (this.#group.reading.size === 0) return;
    throw new BusyError(
      `${call} was called while evaluate() or predict() still reads the weights. Await their answers first`,
    );
  }

  /**
   * Runs work that excludes all other training.
   *
   * @throws BusyError if the trainer is not idle
   */
  async during<T>(call: string, work: () => Promise<T>): Promise<T> {
    this.assertIdle(call);
    this.#group.doing = { call, who: this.#who };
    try {
      return await work();
    } finally {
      this.#group.doing = undefined;
    }
  }

  /** Runs a callback between two epochs, which may change the run. */
  async rest<T>(work: () => Promise<T>): Promise<T> {
    this.#group.resting = true;
    try {
      return await work();
    } finally {
      this.#group.resting = false;
    }
  }

  /** Runs work that reads the weights in several submits. No step is submitted meanwhile. */
  async read<T>(work: () => Promise<T>): Promise<T> {
    let end = (): void => {};
    const done = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#group.reading.add(done);
    try {
      return await work();
    } finally {
      this.#group.reading.delete(done);
      end();
    }
  }

  /** Waits until no call reads the weights. */
  async quiet(): Promise<void> {
    for (let read = this.reading(); read; read = this.reading()) await read;
  }

  /** Settles when the present readers are done; undefined if there are none. */
  readonly reading = (): Promise<unknown> | undefined =>
    this.#group.reading.size > 0 ? Promise.all(this.#group.reading) : undefined;
}
