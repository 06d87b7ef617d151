/** The queue of trials: pg-boss in a schema of its own. A trial is one job; each time it is given out is one of its retries. */
import { type Job, type JobAttempt, PgBoss } from 'pg-boss';
import type { Database, Transaction } from './database.ts';

const QUEUE = 'trials';

/** Trials are given out as long as our own rules say; pg-boss must not end one. */
const RETRIES = 1_000_000;

/** What pg-boss says of a statement; its own type is empty. */
interface Settled {
  readonly affected: number;
  readonly settled?: readonly string[];
}

/** A job that was taken. */
export interface Taken extends JobAttempt {
  readonly trial: string;
}

/**
 * All statements but {@link Queue.open} run in a transaction of the caller, so a job and our tables change together or not at
 * all.
 *
 * pg-boss's own supervision is off: it would end jobs after 24 hours of work, and delete those that wait for long. The store
 * looks for silent workers itself, and gives their jobs back by the fenced `fail`.
 */
export class Queue {
  readonly #boss: PgBoss;

  private constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  static async open(
    database: Database,
    schema: string,
    heartbeatSeconds: number,
    report: (error: Error) => void,
  ): Promise<Queue> {
    const boss = new PgBoss({
      ...database.bossOptions,
      schema,
      supervise: false,
      schedule: false,
      registerInstance: false,
      openTelemetry: { enabled: false },
    });
    boss.on('error', report);
    await boss.start();
    await boss.createQueue(QUEUE, {
      retryLimit: RETRIES,
      // pg-boss takes no less than ten seconds.
      heartbeatSeconds: Math.max(10, Math.ceil(heartbeatSeconds)),
      expireInSeconds: 24 * 3600 - 1,
      retentionSeconds: 10 * 365 * 24 * 3600,
    });
    return new Queue(boss);
  }

  /** Queues trials; a lower number goes first, also if it comes again. Jobs that are there are left as they are. */
  async send(
    { forBoss }: Transaction,
    trials: readonly { readonly job: string; readonly id: string; readonly number: number }[],
  ): Promise<void> {
    const jobs = trials.map(({ job, id, number }) => ({
      id: job,
      priority: -number,
      data: { trial: id },
    }));
    await this.#boss.insert(QUEUE, jobs, { db: forBoss });
  }

  /** Takes up to so many jobs, those of the lowest numbers. */
  fetch(transaction: Transaction, most: number): Promise<Taken[]> {
    return this.#take(transaction, { batchSize: most });
  }

  /** Takes the job of one trial. */
  fetchNumber(transaction: Transaction, number: number): Promise<Taken[]> {
    return this.#take(transaction, { minPriority: -number, maxPriority: -number });
  }

  async #take(
    { forBoss }: Transaction,
    options: { batchSize?: number; minPriority?: number; maxPriority?: number },
  ): Promise<Taken[]> {
    const jobs: Job<{ trial: string }>[] = await this.#boss.fetch(QUEUE, {
      ...options,
      db: forBoss,
    });
    return jobs.map(({ id, retryCount, data }) => ({ id, retryCount, trial: data.trial }));
  }

  /** Completes those that are still held. @returns their ids */
  async complete(
    { forBoss }: Transaction,
    jobs: readonly JobAttempt[],
  ): Promise<ReadonlySet<string>> {
    return settled(await this.#boss.complete(QUEUE, [...jobs], null, { db: forBoss }));
  }

  /** Gives those that are still held back to the queue. @returns their ids */
  async giveBack(
    { forBoss }: Transaction,
    jobs: readonly JobAttempt[],
  ): Promise<ReadonlySet<string>> {
    return settled(await this.#boss.fail(QUEUE, [...jobs], null, { db: forBoss }));
  }

  /** Says that those that are still held are worked on. @returns their ids */
  async touch({ forBoss }: Transaction, jobs: readonly JobAttempt[]): Promise<ReadonlySet<string>> {
    return settled(await this.#boss.touch(QUEUE, [...jobs], { db: forBoss }));
  }

  /** Takes jobs out of the queue for good. */
  async cancel({ forBoss }: Transaction, ids: readonly string[]): Promise<void> {
    await this.#boss.cancel(QUEUE, [...ids], { db: forBoss });
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
  }
}

function settled(answer: object): ReadonlySet<string> {
  return new Set((answer as Settled).settled ?? []);
}
