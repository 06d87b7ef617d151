import type { TestFacts } from '../../insides.ts';
import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import { byId, onScheme } from '../dom.ts';
import { labelOf, type RunRecord } from '../notebook/run-store.ts';
import { whole } from '../numbers.ts';
import { put, say } from '../words/words.ts';
import { sayAsOf } from './as-of.ts';
import { AttentionView } from './attention-view.ts';
import { ImageDialog } from './image-dialog.ts';
import { type InsideHost, type NetworkFact, networkIn } from './inside-host.ts';
import { LookView } from './look-view.ts';
import { NetworkChoice } from './network-choice.ts';
import { PadView } from './pad-view.ts';
import { TestedView } from './tested-view.ts';
import { WritingView } from './writing-view.ts';

const isPictured = ({ height, width }: TestFacts): boolean => height > 1 && width > 1;

/** The panel's parts, and which network they show: that of the run, or a stored one. */
export class InsidePanel {
  readonly #host: InsideHost;
  readonly #look: LookView;
  readonly #tested: TestedView;
  readonly #image: ImageDialog;
  readonly #pad: PadView;
  readonly #attention: AttentionView;
  readonly #writing: WritingView;
  readonly #choice: NetworkChoice;
  #state: LabState = 'ended';
  #open = false;
  /** The network of the run, or why there is none. */
  #running: NetworkFact | (() => string) | undefined;
  /** The network that is shown. */
  #shown: NetworkFact | undefined;
  /** Counts the networks that were shown, so that a late answer of an earlier one is not. */
  #turn = 0;
  #asking: Promise<void> | undefined;

  constructor(host: InsideHost) {
    const { remote } = host;
    this.#host = host;
    const fail = (error: unknown): void => this.#fail(error);
    const images = async (indices: readonly number[]): Promise<Uint8Array> =>
      remote.call('images', [indices]);
    this.#look = new LookView(host, { fail, choose: (index) => void this.#see(index) });
    this.#tested = new TestedView({
      images,
      fail,
      enlarge: (indices, at) => {
        const [{ tested }, { test: facts }] = [this.#tested, this.#look];
        if (tested && facts) void this.#image.open({ tested, facts, indices }, at);
      },
    });
    const look = this.#look;
    this.#image = new ImageDialog({
      images,
      fail,
      get hasMaps() {
        return look.views.includes('maps');
      },
      maps: (index) => {
        void this.#see(index);
        byId('figure-maps').scrollIntoView({ block: 'start' });
      },
      pad: (image) => this.#pad.show(image),
    });
    const view = this.#tested;
    this.#pad = new PadView(remote, {
      get tested() {
        return view.tested;
      },
      drawn: (image) => this.#look.choose(image, () => say('Your own image')),
      fail,
    });
    this.#attention = new AttentionView(remote);
    this.#writing = new WritingView(remote);
    this.#choice = new NetworkChoice(host.runs, (run) => void this.#choose(run));
    onScheme(() => void this.#look.show(this.#open, this.#shown, true));
    byId('inside-refresh').addEventListener('click', () => void this.refresh());
  }

  /** Whether the panel is visible. Only then is anything drawn or read. */
  set open(open: boolean) {
    this.#open = open;
    if (open) this.#choice.fill();
    this.#look.open = open;
    this.#follow();
    void this.#look.show(open, this.#shown);
    if (open) void this.refresh();
  }

  /** The run has this network now, or none for a reason. */
  network(network: NetworkFact | (() => string)): void {
    this.#running = network;
    this.#choice.running = typeof network !== 'function';
    // A stored network stays where it is.
    if (!this.#choice.chosen) this.#showRunning();
  }

  #showRunning(): void {
    const network = this.#running;
    if (network && typeof network !== 'function') {
      void this.#show(network);
      return;
    }
    const why =
      network ??
      (() =>
        say('There is no network yet. Start a run under Train, and watch here what it learns.'));
    this.#leave(why);
  }

  /** Shows nothing but a reason. */
  #leave(why: () => string): void {
    this.#turn++;
    this.#shown = undefined;
    put(byId('inside-empty'), why);
    byId('inside-empty').hidden = false;
    byId('inside-body').hidden = true;
    void this.#look.show(this.#open, undefined);
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
        this.#state === 'ended'
          ? say('The stored weights of {run}.', { run: labelOf(run) })
          : say('The stored weights of {run}. What is trained goes on.', { run: labelOf(run) }),
      );
      await this.#show(networkIn(query));
    } catch (error) {
      if (turn !== this.#turn) return;
      put(status, () => say('It cannot be looked into.'));
      alert.show(error as Error);
      this.#choice.reset();
      await remote.call('inspect', [undefined]).catch(() => {});
      if (this.#running) this.#showRunning();
      else this.#leave(() => say('It cannot be looked into.'));
    }
  }

  /** Shows a network of this kind, which the worker looks into. */
  async #show(network: NetworkFact): Promise<void> {
    const turn = ++this.#turn;
    const { loss, kind } = network;
    this.#shown = network;
    this.#image.close();
    for (const shown of ['drawn', 'looked'] as const) sayAsOf(shown, undefined);
    byId('inside-empty').hidden = true;
    byId('inside-body').hidden = false;
    byId('figure-reconstruction').hidden = kind !== 'input';
    for (const id of ['figure-writing', 'figure-attention']) byId(id).hidden = kind !== 'text';
    this.#follow();
    try {
      const { test, ...insides } = await this.#host.remote.call('insides', []);
      if (turn !== this.#turn) return;
      if (!test && kind !== 'text') {
        this.#leave(() =>
          say('This network learns a number from a table: there is nothing to look into.'),
        );
        return;
      }
      const pictured = test !== undefined && isPictured(test);
      byId('classifier').hidden = kind !== 'label' || !test;
      for (const id of ['card-images', 'card-pad']) byId(id).hidden = !pictured;
      this.#tested.clear(loss, test);
      this.#look.network(insides, test);
      if (pictured && kind === 'label') this.#pad.network(loss, test);
      if (pictured) await this.#see(0);
    } catch (error) {
      this.#fail(error);
    }
    if (turn !== this.#turn) return;
    await this.#look.show(this.#open, network);
    if (this.#open) await this.refresh();
  }

  /** Shows the feature maps of a test image. */
  async #see(index: number): Promise<void> {
    const { test } = this.#look;
    // A table has no images.
    if (this.#shown?.kind !== 'label' || !test || !isPictured(test)) return;
    try {
      const image = await this.#host.remote.call('images', [[index]]);
      const titleOf = (): string => {
        const { tested } = this.#tested;
        const number = whole(index + 1);
        if (!tested) return say('Test image {number}', { number });
        const name = tested.nameOf(tested.labels[index]);
        return say('Test image {number}: {name}', { number, name });
      };
      this.#look.choose(image, titleOf, index);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The run has progressed; what is shown may be out of date. */
  state(state: LabState): void {
    this.#state = state;
    this.#follow();
    this.#choice.fill();
    if (this.#choice.chosen) return;
    if (state === 'preparing') {
      this.#attention.clear();
      this.#writing.clear();
    }
    if (this.#open && (state === 'paused' || state === 'ended')) void this.refresh();
  }

  /** The notebook's runs may have changed. */
  runs(): void {
    if (this.#open) this.#choice.fill();
  }

  /** Handles an event from the worker. */
  event(event: LabEvent): void {
    this.#writing.event(event);
    if (event.type === 'drawn') sayAsOf('drawn', event.epochs);
  }

  /** Looks at a text again and again while the panel is visible and the network trains. */
  #follow(): void {
    const isTrained = this.#state === 'running' && !this.#choice.chosen;
    this.#attention.live = this.#shown?.kind === 'text' && this.#open && isTrained;
  }

  #fail(error: unknown): void {
    if (!(error instanceof Error) || !this.#open) return;
    // While a run is trained, it takes another device, or says why it cannot.
    if (error.name === 'DeviceLostError' && this.#state !== 'ended') return;
    this.#host.alert.show(error);
  }

  /** Classifies the test images with the current network, or looks at a text with it. */
  refresh(): Promise<void> {
    if (this.#shown?.kind === 'text') return this.#attention.refresh();
    if (this.#shown?.kind !== 'label') return Promise.resolve();
    this.#asking ??= this.#classify().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #classify(): Promise<void> {
    const turn = this.#turn;
    put(byId('page-text'), () => say('Classifying…'));
    try {
      const outputs = await this.#host.remote.call('outputs', []);
      if (turn !== this.#turn) return;
      this.#tested.show(outputs);
      const { index } = this.#look;
      // Its class is known now.
      if (index !== undefined) void this.#see(index);
      void this.#pad.classify();
    } catch (error) {
      put(byId('page-text'), () => '–');
      // While a network is being prepared, there is none yet.
      if (!(error instanceof Error && error.name === 'OptionError')) this.#fail(error);
    }
  }
}
