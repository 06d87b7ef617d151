import type { Database, Transaction } from './database.ts';
import { StoreError } from './errors.ts';
import { groupBy } from './group.ts';

/** What became of one request of a batch. `apply` is called once it is stored. */
export type Outcome<Answer> =
  | { readonly answer: Answer; readonly apply?: () => void }
  | { readonly error: Error; readonly apply?: () => void };

/** Stores requests of one kind together. */
export type Handler<Request, Answer> = (
  transaction: Transaction,
  requests: readonly Request[],
) => Promise<readonly Outcome<Answer>[]>;

interface Waiting {
  readonly handler: Handler<unknown, unknown>;
  readonly request: unknown;
  /** The trial that it speaks of: two requests of one trial are never in one batch. */
  readonly trial: string | null;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Most requests of one transaction. */
const MOST = 64;

/**
 * Does one transaction after the other, and in each what has arrived meanwhile. So many small requests cost few transactions,
 * and everything has one order.
 */
export class Writer {
  readonly #database: Database;
  /** In the order in which they are done within a transaction. */
  readonly #handlers: readonly Handler<never, unknown>[];
  /** Brings the memory to what is stored, if it is not sure what took effect. */
  readonly #restore: () => Promise<void>;
  #queue: Waiting[] = [];
  #running: Promise<void> | null = null;
  #unsure = false;
  #closed = false;

  constructor(
    database: Database,
    handlers: readonly Handler<never, unknown>[],
    restore: () => Promise<void>,
  ) {
    this.#database = database;
    this.#handlers = handlers;
    this.#restore = restore;
  }

  /** @throws {StoreError} if it could not be stored; whether it was is found out before anything else is done. */
  run<Request, Answer>(
    handler: Handler<Request, Answer>,
    request: Request,
    trial: string | null = null,
  ): Promise<Answer> {
    if (this.#closed) return Promise.reject(new StoreError('the store is closed'));
    return new Promise<Answer>((resolve, reject) => {
      this.#queue.push({
        handler: handler as Handler<unknown, unknown>,
        request,
        trial,
        resolve: resolve as (answer: unknown) => void,
        reject,
      });
      this.#running ??= this.#work();
    });
  }

  /** Stores what was asked for, then nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #work(): Promise<void> {
    // What arrives in the same turn belongs to the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#next();
      if (await this.#done(batch)) continue;
      // One request may spoil the others: each by itself.
      for (const one of batch) await this.#done([one], true);
    }
    this.#running = null;
  }

  /** The next requests: of the shared kinds several, of another kind one. */
  #next(): Waiting[] {
    const batch: Waiting[] = [];
    const trials = new Set<string>();
    const left: Waiting[] = [];
    for (const one of this.#queue) {
      const alone = !this.#handlers.includes(one.handler as Handler<never, unknown>);
      const fits =
        batch.length < MOST &&
        (left.length === 0 || !alone) &&
        (one.trial === null || !trials.has(one.trial));
      if (one.trial !== null) trials.add(one.trial);
      if (alone && batch.length === 0 && left.length === 0) {
        this.#queue = this.#queue.slice(1);
        return [one];
      }
      if (fits && !alone) batch.push(one);
      else left.push(one);
      // What comes after a request that is done alone waits for it.
      if (alone) {
        left.push(...this.#queue.slice(this.#queue.indexOf(one) + 1));
        break;
      }
    }
    this.#queue = left;
    return batch;
  }

  /** @returns false if nothing was stored and it is worth to try each by itself */
  async #done(batch: readonly Waiting[], last = batch.length === 1): Promise<boolean> {
    let outcomes: Map<Waiting, Outcome<unknown>>;
    try {
      if (this.#unsure) {
        await this.#restore();
        this.#unsure = false;
      }
      outcomes = await this.#database.transaction((transaction) => this.#all(transaction, batch));
    } catch (cause) {
      // Even the commit may have taken effect.
      this.#unsure = true;
      if (!last) return false;
      const error =
        cause instanceof StoreError
          ? cause
          : new StoreError(`not stored: ${(cause as Error).message}`, { cause });
      for (const { reject } of batch) reject(error);
      return true;
    }
    for (const [one, outcome] of outcomes) {
      outcome.apply?.();
      if ('error' in outcome) one.reject(outcome.error);
      else one.resolve(outcome.answer);
    }
    return true;
  }

  async #all(
    transaction: Transaction,
    batch: readonly Waiting[],
  ): Promise<Map<Waiting, Outcome<unknown>>> {
    const outcomes = new Map<Waiting, Outcome<unknown>>();
    const groups = groupBy(batch, ({ handler }) => handler);
    const order = (handler: Handler<unknown, unknown>) =>
      this.#handlers.indexOf(handler as Handler<never, unknown>);
    for (const [handler, some] of [...groups].sort(([a], [b]) => order(a) - order(b))) {
      const answers = await handler(
        transaction,
        some.map(({ request }) => request),
      );
      for (const [k, one] of some.entries()) outcomes.set(one, answers[k] as Outcome<unknown>);
    }
    return outcomes;
  }
}
