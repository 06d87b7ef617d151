import type { StoredTrial, SweepState } from '../src/contract.ts';
import { readState } from '../src/view/read-state.ts';

/** Hears of the sweep's state, and of what is wrong with the connection. */
export interface SourceListener {
  state(state: SweepState): void;
  /** Undefined if all is well again. */
  fault(message: string | undefined): void;
}

const EVERY_MS = 2000;
/** A page that is not looked at. */
const HIDDEN_MS = 15_000;

/** Asks the server again and again for what changed. */
export class ServerSource {
  readonly #token: string;
  readonly #listener: SourceListener;
  readonly #trials = new Map<string, StoredTrial>();
  #revision: number | undefined;
  #ended = false;

  constructor(token: string, listener: SourceListener) {
    this.#token = token;
    this.#listener = listener;
    void this.#run();
  }

  stop(): void {
    this.#ended = true;
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      try {
        const state = await this.#ask();
        if (this.#ended) return;
        this.#listener.fault(undefined);
        this.#listener.state(state);
      } catch (error) {
        if (this.#ended) return;
        this.#listener.fault((error as Error).message);
      }
      const wait = document.hidden ? HIDDEN_MS : EVERY_MS;
      await new Promise<void>((resolve) => {
        setTimeout(resolve, wait);
        document.addEventListener('visibilitychange', () => resolve(), { once: true });
      });
    }
  }

  async #ask(): Promise<SweepState> {
    const since = this.#revision === undefined ? '' : `?since=${this.#revision}`;
    const headers = { Authorization: `Bearer ${this.#token}` };
    const answer = await fetch(`./api/state${since}`, { headers, cache: 'no-store' }).catch(() => {
      throw new Error(
        'The sweep’s server does not answer. If it has ended, start the same command again: the sweep goes on.',
      );
    });
    if (answer.status === 401) {
      throw new Error(
        'The server refuses this page’s token. Open the address that gradweave sweep printed, with what follows #.',
      );
    }
    if (!answer.ok) throw new Error(`The server answered with status ${answer.status}.`);
    const news = readState(await answer.json());
    for (const trial of news.trials) this.#trials.set(trial.id, trial);
    this.#revision = news.revision;
    const trials = [...this.#trials.values()].sort((a, b) => a.number - b.number);
    return { ...news, trials };
  }
}
