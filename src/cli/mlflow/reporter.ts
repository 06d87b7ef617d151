import type { LogRecord } from '../../log/records.ts';
import { type MlflowClient, MlflowError } from './client.ts';
import { MlflowRun } from './run.ts';
import type { Pair } from './values.ts';

/** Gets what is wrong with the server, once. */
type Warn = (why: string) => void;

/** Times in milliseconds. */
export interface ReporterPace {
  /** From the first try to the second; twice as long to the next, and so on. */
  readonly pause: number;
  /** Longest pause. */
  readonly longest: number;
  /** How long the end waits for a server that answers. */
  readonly patience: number;
}

const PACE: ReporterPace = { pause: 250, longest: 10_000, patience: 10_000 };

/** A request that fails so often is worth a warning. */
const WORTH_A_WARNING = 3;

/**
 * Reports runs to a tracking server, beside the training: records are kept here until the server has them. Whatever the server
 * does, the run goes on, and ends as it would without it.
 */
export class MlflowReporter {
  readonly #client: MlflowClient;
  readonly #experimentName: string;
  readonly #warn: Warn;
  readonly #pace: ReporterPace;
  readonly #runs: MlflowRun[] = [];
  readonly #closing = new AbortController();
  #experiment: string | undefined;
  #sending: Promise<void> | undefined;
  #warned = false;
  /** The server has refused: nothing more is sent. */
  #over = false;
  /** Whether nothing is to be tried again. */
  #last = false;
  #wake = (): void => {};

  /** @param experiment the name of the runs' experiment, which is made if it is missing */
  constructor(client: MlflowClient, experiment: string, warn: Warn, pace = PACE) {
    this.#client = client;
    this.#experimentName = experiment;
    this.#warn = warn;
    this.#pace = pace;
  }

  /** A run whose records are reported from now on. */
  open(name: string, tags: readonly Pair[]): { add(record: LogRecord): void } {
    const run = new MlflowRun(this.#client, name, tags, (signal) => this.#numberOf(signal));
    this.#runs.push(run);
    return {
      add: (record) => {
        run.add(record);
        this.#send();
      },
    };
  }

  /** Waits until everything is sent; not for a server that did not answer lately, and not longer than it may. */
  async close(): Promise<void> {
    this.#last = this.#warned;
    const { patience, pause } = this.#pace;
    const timer = setTimeout(
      () => {
        this.#closing.abort();
        this.#wake();
      },
      this.#last ? Math.min(patience, 4 * pause) : patience,
    );
    this.#wake();
    await this.#sending;
    clearTimeout(timer);
    if (this.#runs.some(({ work }) => work)) this.#say('it did not take everything in time');
  }

  #send(): void {
    if (this.#over || this.#sending) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      const work = this.#runs.map((run) => run.work).find((one) => one !== undefined);
      if (!work) return;
      try {
        await work(failures > 0, signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        const passing = error instanceof MlflowError && error.passing;
        if (!passing) this.#over = true;
        const { message } = error as Error;
        if (!passing || failures >= WORTH_A_WARNING || this.#last) this.#say(message);
        if (!passing || this.#last) return;
        const { pause, longest } = this.#pace;
        await this.#sleep(Math.min(longest, pause * 2 ** (failures - 1)));
      }
    }
  }

  /** Until the end at most. */
  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      // A server that does not answer does not keep the process.
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #say(why: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(why);
  }

  /** The experiment's number. Another command may make it at the same time. */
  async #numberOf(signal: AbortSignal): Promise<string> {
    const name = this.#experimentName;
    const get = async (): Promise<string | undefined> => {
      try {
        const query = { experiment_name: name };
        const { experiment } = await this.#client.call(
          'GET',
          'experiments/get-by-name',
          query,
          signal,
        );
        return numberIn(experiment);
      } catch (error) {
        if (error instanceof MlflowError && error.code === 'RESOURCE_DOES_NOT_EXIST')
          return undefined;
        throw error;
      }
    };
    const make = async (): Promise<string | undefined> => {
      try {
        return numberIn(await this.#client.call('POST', 'experiments/create', { name }, signal));
      } catch (error) {
        if (error instanceof MlflowError && error.code === 'RESOURCE_ALREADY_EXISTS') return get();
        throw error;
      }
    };
    this.#experiment ??= (await get()) ?? (await make());
    if (this.#experiment !== undefined) return this.#experiment;
    throw new MlflowError(`it has no experiment ${name}, and makes none`, '', false);
  }
}

function numberIn(experiment: unknown): string | undefined {
  const id = (experiment as { experiment_id?: unknown } | undefined)?.experiment_id;
  return id === undefined ? undefined : String(id);
}
