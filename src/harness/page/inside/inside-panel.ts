import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import { byId, onScheme } from '../dom.ts';
import { sayAsOf, sayWaiting } from './as-of.ts';
import { AttentionView } from './attention-view.ts';
import { ImageParts } from './image-parts.ts';
import type { InsideHost, NetworkFact } from './inside-host.ts';
import { LookView } from './look-view.ts';
import { ShownNetwork } from './shown-network.ts';
import { TableParts } from './table/table-parts.ts';
import { WritingView } from './writing-view.ts';

/** The panel's parts, for the network that is shown. */
export class InsidePanel {
  readonly #host: InsideHost;
  readonly #network: ShownNetwork;
  readonly #look: LookView;
  readonly #images: ImageParts;
  readonly #table: TableParts;
  readonly #attention: AttentionView;
  readonly #writing: WritingView;
  #state: LabState = 'ended';
  #open = false;
  #asking: Promise<void> | undefined;

  constructor(host: InsideHost) {
    const { remote } = host;
    this.#host = host;
    const fail = (error: unknown): void => this.#fail(error);
    const look = new LookView(host, { fail, choose: (index) => void this.#images.see(index) });
    this.#look = look;
    const network = new ShownNetwork(host, {
      show: (shown) => this.#show(shown),
      leave: () => void look.show(this.#open, undefined),
    });
    this.#network = network;
    const turning = {
      ...{ remote, fail },
      get turn() {
        return network.turn;
      },
    };
    const row = (index: number): void => this.#table.choose(index);
    this.#images = new ImageParts(Object.assign(turning, { look, row }));
    this.#table = new TableParts(turning);
    this.#attention = new AttentionView(remote);
    this.#writing = new WritingView(remote);
    onScheme(() => void look.show(this.#open, network.shown, true));
    byId('inside-refresh').addEventListener('click', () => void this.refresh());
  }

  /** Whether the panel is visible. Only then is anything drawn or read. */
  set open(open: boolean) {
    this.#open = open;
    if (open) this.#network.fill();
    this.#look.open = open;
    this.#table.open = open;
    this.#follow();
    void this.#look.show(open, this.#network.shown);
    if (open) void this.refresh();
  }

  /** The run has this network now, or none for a reason. */
  network(network: NetworkFact | (() => string)): void {
    this.#network.running = network;
  }

  /** Shows a network of this kind, which the worker looks into. */
  async #show(network: NetworkFact): Promise<void> {
    const { turn } = this.#network;
    const { loss, kind } = network;
    this.#images.close();
    sayWaiting('drawn');
    sayAsOf('looked', undefined);
    byId('figure-reconstruction').hidden = kind !== 'input';
    for (const id of ['figure-writing', 'figure-attention']) byId(id).hidden = kind !== 'text';
    this.#follow();
    try {
      const { test, table, ...insides } = await this.#host.remote.call('insides', []);
      if (turn !== this.#network.turn) return;
      this.#look.network(insides, test);
      await Promise.all([
        this.#images.network(loss, kind === 'label', test),
        this.#table.network(loss, table),
      ]);
    } catch (error) {
      sayAsOf('drawn', undefined);
      this.#fail(error);
    }
    if (turn !== this.#network.turn) return;
    await this.#look.show(this.#open, network);
    if (this.#open) await this.refresh();
  }

  /** The run has progressed; what is shown may be out of date. */
  state(state: LabState): void {
    this.#state = state;
    this.#network.state = state;
    this.#follow();
    this.#network.fill();
    if (this.#network.isStored) return;
    if (state === 'preparing') {
      this.#attention.clear();
      this.#writing.clear();
    }
    if (this.#open && (state === 'paused' || state === 'ended')) void this.refresh();
  }

  /** The notebook's runs may have changed. */
  runs(): void {
    if (this.#open) this.#network.fill();
  }

  /** Handles an event from the worker. */
  event(event: LabEvent): void {
    this.#writing.event(event);
    if (event.type === 'drawn') sayAsOf('drawn', event.epochs);
  }

  /** Looks at a text again and again while the panel is visible and the network trains. */
  #follow(): void {
    const isTrained = this.#state === 'running' && !this.#network.isStored;
    this.#attention.live = this.#network.shown?.kind === 'text' && this.#open && isTrained;
  }

  #fail(error: unknown): void {
    if (!(error instanceof Error) || !this.#open) return;
    // While a run is trained, it takes another device, or says why it cannot.
    if (error.name === 'DeviceLostError' && this.#state !== 'ended') return;
    this.#host.alert.show(error);
  }

  /** Looks again, with the present weights: at the test samples, or at a text. */
  refresh(): Promise<void> {
    if (this.#network.shown?.kind === 'text') return this.#attention.refresh();
    if (!this.#network.shown) return Promise.resolve();
    this.#asking ??= Promise.all([this.#images.classify(), this.#table.refresh()])
      .then(() => {})
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}
