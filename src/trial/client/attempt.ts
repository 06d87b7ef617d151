import type { ClaimAnswer, ClaimedTrial, ReleaseRequest, ResultAnswer } from '../protocol.ts';
import type { TrialEpoch, TrialResult } from '../result.ts';
import type { SweepClient } from './client.ts';
import { ServerError } from './errors.ts';
import { pause } from './pause.ts';
import { pulse } from './pulse.ts';

/** Why the signal of an attempt is aborted if its worker was asked to stop. */
export const STOPPED = Symbol('stopped');

/** How long training waits for the answer to an epoch, so that a pruned trial does not begin the next one. */
const GRACE_MS = 2000;
/** How long a worker that ends tries to say what it has, in seconds. The command ends it after a minute. */
const FAREWELL = 20;

/** One trial in the hands of a worker: its heartbeats, and what is told about it, in order. */
export class Attempt {
  readonly trial: ClaimedTrial;
  readonly #client: SweepClient;
  readonly #controller = new AbortController();
  readonly #endPulse: () => void;
  readonly #endStop: () => void;
  #told: 'on' | 'stop' = 'on';
  /** The reports of epochs that are on their way. */
  #reports: Promise<unknown> = Promise.resolve();
  /** The checkpoint that is being stored, and the latest one that waits. */
  #storing: Promise<void> | undefined;
  #waiting: Uint8Array | undefined;
  #kept: boolean;
  #tooLarge: string | undefined;

  /**
   * Begins the heartbeats.
   *
   * @param stop aborted if the worker is asked to stop
   */
  constructor(
    client: SweepClient,
    trial: ClaimedTrial,
    { heartbeatSeconds }: Pick<ClaimAnswer, 'heartbeatSeconds'>,
    stop: AbortSignal,
  ) {
    this.trial = trial;
    this.#client = client;
    this.#kept = trial.checkpoint;
    const stopped = (): void => this.#controller.abort(STOPPED);
    stop.addEventListener('abort', stopped, { once: true });
    this.#endStop = () => stop.removeEventListener('abort', stopped);
    if (stop.aborted) stopped();
    this.#endPulse = pulse(client, trial, heartbeatSeconds, {
      answered: ({ go }) => this.#hear(go),
      failed: (error) => this.#controller.abort(error),
    });
  }

  /**
   * Aborted if it is of no use to go on: its reason is {@link STOPPED}, a LeaseError if the trial is another worker's, or an error
   * that ends the worker.
   */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the server has said that the trial is pruned. It then ends with the epoch: half of one cannot be repeated. */
  get told(): 'on' | 'stop' {
    return this.#told;
  }

  /** Whether a checkpoint is stored. */
  get kept(): boolean {
    return this.#kept;
  }

  /** What the server said of a checkpoint that it does not take. */
  get tooLarge(): string | undefined {
    return this.#tooLarge;
  }

  /** The checkpoint to resume from, another worker's or the last one of this attempt; null if there is none. */
  async load(): Promise<Uint8Array | null> {
    await this.#storing;
    return this.#kept ? this.#client.checkpoint(this.trial, this.signal) : null;
  }

  /** Stores a checkpoint while training goes on. Of several that wait for the server, the latest is stored. */
  keep(bytes: Uint8Array): void {
    if (this.#tooLarge !== undefined) return;
    this.#waiting = bytes;
    this.#storing ??= this.#store().finally(() => {
      this.#storing = undefined;
    });
  }

  async #store(): Promise<void> {
    try {
      while (this.#waiting) {
        const bytes = this.#waiting;
        this.#waiting = undefined;
        // Not ended by the signal: a worker that stops stores its last checkpoint.
        await this.#client.keep(this.trial, bytes);
        this.#kept = true;
      }
    } catch (error) {
      // Without a checkpoint a trial can be trained, too.
      if (error instanceof ServerError) this.#tooLarge = error.message;
      else this.#controller.abort(error);
    }
  }

  /**
   * Reports an epoch.
   *
   * @returns whether to go on; after a moment also if the server does not answer
   */
  async epoch(epoch: TrialEpoch): Promise<'on' | 'stop'> {
    this.#reports = this.#reports
      .then(() => this.#client.epoch(this.trial, epoch, this.signal))
      .then(
        ({ go }) => this.#hear(go),
        (error: unknown) => this.#controller.abort(error),
      );
    await Promise.race([this.#reports, pause(GRACE_MS)]);
    return this.#told;
  }

  /** Gives the result, after all epochs. @throws the signal's reason if the trial is not ours any more */
  async complete(result: TrialResult, ended: 'done' | 'pruned'): Promise<ResultAnswer> {
    await this.#reports;
    if (this.signal.aborted && this.signal.reason !== STOPPED) throw this.signal.reason;
    return this.#client.result(this.trial, result, ended);
  }

  /** Gives the trial back, with the last checkpoint. Ends after a while if the server does not answer. */
  async release(why: ReleaseRequest['why'], message?: string): Promise<void> {
    const timer = new AbortController();
    try {
      await Promise.race([this.#storing, pause(FAREWELL * 1000, timer.signal)]);
      const text = message === undefined ? {} : { message: message.slice(0, LONGEST) };
      const signal = AbortSignal.timeout(FAREWELL * 1000);
      await this.#client.release(this.trial, { why, ...text }, { signal, seconds: FAREWELL });
    } catch {
      // The server takes the trial back when it has not heard of it for a while.
    } finally {
      timer.abort();
    }
  }

  /** Ends the heartbeats. */
  close(): void {
    this.#endPulse();
    this.#endStop();
  }

  #hear(go: 'on' | 'stop'): void {
    if (go === 'stop') this.#told = 'stop';
  }
}

/** Characters of a message that a release has. */
const LONGEST = 2000;
