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
  /** Whether the end waits: a server that did not answer gets no more tries. */
  #ending = false;
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
    const run = new MlflowRun(this.#client, name, tags);
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
    this.#ending = true;
    const { patience, pause } = this.#pace;
    const timer = setTimeout(
      () => {
        this.#closing.abort();
        this.#wake();
      },
      this.#warned ? Math.min(patience, 4 * pause) : patience,
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
        if (this.#experiment === undefined) await this.#findExperiment(signal);
        else await work(this.#experiment, failures > 0, signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        const passing = error instanceof MlflowError && error.passing;
        if (!passing) this.#over = true;
        const { message } = error as Error;
        if (!passing || failures >= WORTH_A_WARNING) this.#say(message);
        if (!passing || (this.#ending && this.#warned)) return;
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

  /** Finds the runs' experiment, or makes it. Another command may make it at the same time. */
  async #findExperiment(signal: AbortSignal): Promise<void> {
    const name = this.#experimentName;
    const client = this.#client;
    try {
      const query = { experiment_name: name };
      const { experiment } = await client.call('GET', 'experiments/get-by-name', query, signal);
      this.#experiment = numberIn(experiment);
    } catch (error) {
      if (!hasCode(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
      try {
        this.#experiment = numberIn(
          await client.call('POST', 'experiments/create', { name }, signal),
        );
      } catch (failure) {
        // It is there now: the next try finds it.
        if (!hasCode(failure, 'RESOURCE_ALREADY_EXISTS')) throw failure;
      }
    }
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof MlflowError && error.code === code;

function numberIn(experiment: unknown): string {
  const id = (experiment as { experiment_id?: unknown } | undefined)?.experiment_id;
  if (id !== undefined) return String(id);
  throw new MlflowError('its answer names no experiment: is it an MLflow server?', '', false);
}
