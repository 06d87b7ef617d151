import { BusyError } from '../errors.ts';

/** What trainers over common parameters are doing. */
class Group {
  doing: { readonly call: string; readonly who: string } | undefined;
  resting = false;
  members = 0;
  readonly reading = new Set<Promise<unknown>>();
}

/** What a trainer is doing, so that calls that exclude each other are refused, and readers see one state. */
export class Activity {
  readonly #who: string;
  readonly #group: Group;

  /**
   * @param who what messages call the trainer
   * @param other of a trainer that it shares parameters with: one of both trains at a time
   */
  constructor(who: string, other?: Activity) {
    this.#who = who;
    this.#group = other ? other.#group : new Group();
    this.#group.members++;
  }

  /** Whether others share the parameters. */
  get shared(): boolean {
    return this.#group.members > 1;
  }

  /** The trainer has ended. */
  leave(): void {
    this.#group.members--;
  }

  /**
   * @param call what is asked for, for the message
   * @throws BusyError if the trainer is doing something that excludes it
   */
  assertIdle(call: string): void {
    const { doing } = this.#group;
    if (doing === undefined) return;
    const whose =
      doing.who === this.#who ? 'this trainer' : `${doing.who}, which shares its parameters,`;
    throw new BusyError(
      `${call} was called while ${doing.call} of ${whose} goes on. Await ${doing.call} first, or end it by its signal`,
    );
  }

  /** @throws BusyError unless the trainer is idle, or awaits a callback between two epochs */
  assertRests(call: string): void {
    if (!this.#group.resting) this.assertIdle(call);
  }

  /** @throws BusyError while anybody reads, whose answers are of the weights as they were at the call */
  assertUnread(call: string): void {
    if (this.#group.reading.size === 0) return;
    throw new BusyError(
      `${call} was called while evaluate() or predict() still reads the weights. Await their answers first`,
    );
  }

  /**
   * Does what excludes all else that trains.
   *
   * @throws BusyError
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

  /** Waits between two epochs for what may change the run. */
  async rest<T>(work: () => Promise<T>): Promise<T> {
    this.#group.resting = true;
    try {
      return await work();
    } finally {
      this.#group.resting = false;
    }
  }

  /** Reads the weights in more than one submit: no step is submitted before it is done. */
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

  /** Waits until nobody reads. */
  async quiet(): Promise<void> {
    for (let read = this.reading(); read; read = this.reading()) await read;
  }

  /** Settled when those that read now are done; undefined if nobody reads. */
  readonly reading = (): Promise<unknown> | undefined =>
    this.#group.reading.size > 0 ? Promise.all(this.#group.reading) : undefined;
}
