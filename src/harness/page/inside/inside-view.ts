import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import type { InsideHost, NetworkFact } from './inside-host.ts';
import type { InsidePanel } from './inside-panel.ts';

/** What was written while the panel was not loaded, at most. */
const KEPT = 50;

/** Shows what the network has learned, during training. Its panel is loaded when it is opened first. */
export class InsideView {
  readonly #host: InsideHost;
  #loading: Promise<void> | undefined;
  #panel: InsidePanel | undefined;
  #open = false;
  #state: LabState = 'ended';
  /** The network of the run, or why there is none. */
  #network: NetworkFact | (() => string) | undefined;
  #written: LabEvent[] = [];

  constructor(host: InsideHost) {
    this.#host = host;
  }

  /** Whether the panel is visible. Only then is anything drawn or read. */
  set open(open: boolean) {
    this.#open = open;
    if (open) this.#loading ??= this.#load();
    if (this.#panel) this.#panel.open = open;
  }

  async #load(): Promise<void> {
    try {
      const { InsidePanel } = await import('./inside-panel.ts');
      const panel = new InsidePanel(this.#host);
      for (const event of this.#written) panel.event(event);
      this.#written = [];
      panel.state(this.#state);
      if (this.#network) panel.network(this.#network);
      this.#panel = panel;
      panel.open = this.#open;
    } catch (error) {
      this.#loading = undefined;
      this.#host.alert.show(error as Error);
    }
  }

  /** There is no network to look into, for a reason. */
  wait(why: () => string): void {
    this.#network = why;
    this.#panel?.network(why);
  }

  /** A network of this kind exists now. */
  network(network: NetworkFact): void {
    this.#network = network;
    this.#panel?.network(network);
  }

  /** The run has progressed; what is shown may be out of date. */
  state(state: LabState): void {
    this.#state = state;
    if (state === 'preparing') this.#written = [];
    this.#panel?.state(state);
  }

  /** The notebook's runs may have changed. */
  runs(): void {
    this.#panel?.runs();
  }

  /** Handles an event from the worker. */
  event(event: LabEvent): void {
    if (this.#panel) this.#panel.event(event);
    else if (event.type === 'written') this.#written = [...this.#written, event].slice(-KEPT);
  }
}
