import type { LabState } from '../../worker/lab-event.ts';
import { byId } from '../dom.ts';
import { labelOf, type RunRecord } from '../notebook/run-store.ts';
import { put, say } from '../words/words.ts';
import { type InsideHost, type NetworkFact, networkIn } from './inside-host.ts';
import { NetworkChoice } from './network-choice.ts';

/** What is told of which network is shown. */
export interface ShownHost {
  /** This network is shown from now on. */
  show(network: NetworkFact): Promise<void>;
  /** None is. */
  leave(): void;
}

/** Which network is shown: that of the run, or a stored one. */
export class ShownNetwork {
  readonly #host: InsideHost;
  readonly #panel: ShownHost;
  readonly #choice: NetworkChoice;
  /** The network of the run, or why there is none. */
  #running: NetworkFact | (() => string) | undefined;
  #shown: NetworkFact | undefined;
  #turn = 0;
  state: LabState = 'ended';

  constructor(host: InsideHost, panel: ShownHost) {
    this.#host = host;
    this.#panel = panel;
    this.#choice = new NetworkChoice(host.runs, host.trained, (run) => void this.#choose(run));
  }

  /** Undefined if none is shown. */
  get shown(): NetworkFact | undefined {
    return this.#shown;
  }

  /** Changes with each network, so that a late answer of an earlier one is not shown. */
  get turn(): number {
    return this.#turn;
  }

  /** Whether it is a stored one. */
  get isStored(): boolean {
    return this.#choice.chosen !== undefined;
  }

  /** Brings the list up to date. */
  fill(): void {
    this.#choice.fill();
  }

  /** The run has this network now, or none for a reason. A stored one stays where it is. */
  set running(network: NetworkFact | (() => string)) {
    this.#running = network;
    this.#choice.running = typeof network !== 'function';
    if (!this.isStored) this.#showRunning();
  }

  #showRunning(): void {
    const network = this.#running;
    if (network && typeof network !== 'function') {
      void this.#show(network);
      return;
    }
    this.leave(
      network ??
        (() =>
          say('There is no network yet. Start a run under Train, and watch here what it learns.')),
    );
  }

  async #show(network: NetworkFact): Promise<void> {
    this.#turn++;
    this.#shown = network;
    byId('inside-empty').hidden = true;
    byId('inside-body').hidden = false;
    await this.#panel.show(network);
  }

  /** Shows nothing but a reason. */
  leave(why: () => string): void {
    this.#turn++;
    this.#shown = undefined;
    put(byId('inside-empty'), why);
    byId('inside-empty').hidden = false;
    byId('inside-body').hidden = true;
    this.#panel.leave();
  }

  /** Looks into a stored network, or into that of the run. */
  async #choose(run: RunRecord | undefined): Promise<void> {
    const { remote, alert } = this.#host;
    const status = byId('inside-status');
    const turn = ++this.#turn;
    try {
      if (!run?.weights) {
        await remote.call('inspect', [undefined]);
        if (turn !== this.#turn) return;
        put(status, () => '');
        this.#showRunning();
        return;
      }
      put(status, () => say('Opening {run}…', { run: labelOf(run) }));
      const { query, best = 0, weights, dataset } = run;
      const data = { dataset: dataset?.name, sha256: dataset?.sha256 };
      await remote.call('inspect', [{ query, run: best, ...weights, ...data }]);
      if (turn !== this.#turn) return;
      put(status, () =>
        this.state === 'ended'
          ? say('The stored weights of {run}.', { run: labelOf(run) })
          : say('The stored weights of {run}. What is trained goes on.', { run: labelOf(run) }),
      );
      await this.#show(networkIn(query));
    } catch (error) {
      if (turn !== this.#turn) return;
      const other = this.#running && typeof this.#running !== 'function';
      const name = run ? labelOf(run) : '';
      put(status, () =>
        other && run
          ? say('{run} cannot be looked into. Shown is the network of the run.', { run: name })
          : say('It cannot be looked into.'),
      );
      alert.show(error as Error);
      this.#choice.reset();
      await remote.call('inspect', [undefined]).catch(() => {});
      if (this.#running) this.#showRunning();
      else this.leave(() => say('It cannot be looked into.'));
    }
  }
}
