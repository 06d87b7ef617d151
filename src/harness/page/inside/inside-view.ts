import type { LossKind, TargetKind } from '../../../nn/losses.ts';
import type { ViewName } from '../../worker/gallery.ts';
import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import type { Way } from '../../worker/painter.ts';
import type { Alert } from '../alert.ts';
import { byId, make, onScheme } from '../dom.ts';
import { percent, whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { AttentionView } from './attention-view.ts';
import { DrawingPad } from './drawing-pad.ts';
import { LookView } from './look-view.ts';
import { largest, rgbOf, sharesOf } from './pictures.ts';
import { TestedView } from './tested-view.ts';
import { WritingView } from './writing-view.ts';

/** What a network learns: the next character of a text, or the target of its images. */
type NetworkKind = TargetKind | 'text';

/** Shows what the network has learned, during training. */
export class InsideView {
  readonly #remote: Remote;
  readonly #alert: Alert;
  readonly #look: LookView;
  readonly #tested: TestedView;
  readonly #attention: AttentionView;
  readonly #writing: WritingView;
  #state: LabState = 'ended';
  #open = false;
  #network: { readonly loss: LossKind; readonly kind: NetworkKind } | undefined;
  #asking = false;

  /** @param way how pictures get onto canvases; default depends on the GPU */
  constructor(remote: Remote, alert: Alert, way?: Way) {
    this.#remote = remote;
    this.#alert = alert;
    this.#attach('weights', way);
    this.#attach('maps', way);
    this.#attach('reconstruction', way);
    this.#look = new LookView(
      remote,
      (error) => this.#fail(error),
      (index) => void this.#see(index),
    );
    this.#tested = new TestedView(remote, (index) => {
      void this.#see(index);
      byId('figure-maps').scrollIntoView({ block: 'start' });
    });
    this.#attention = new AttentionView(remote);
    this.#writing = new WritingView(remote);
    onScheme(() => void this.#show(true));
    byId('inside-refresh').addEventListener('click', () => void this.refresh());
    new DrawingPad(
      (image) => void this.#classify(image),
      (error) => alert.show(error),
    );
  }

  #colours() {
    return {
      ground: rgbOf('--card'),
      negative: rgbOf('--negative'),
      none: rgbOf('--none'),
      positive: rgbOf('--positive'),
    };
  }

  #attach(name: ViewName, way: Way | undefined): void {
    const canvas = byId(`canvas-${name}`, HTMLCanvasElement).transferControlToOffscreen();
    void this.#remote.call('attach', [name, canvas, this.#colours(), way], [canvas]);
  }

  /** Whether the panel is visible. Only then is anything drawn or read. */
  set open(open: boolean) {
    this.#open = open;
    this.#look.open = open;
    this.#follow();
    void this.#show(false);
    if (open) void this.refresh();
  }

  /** There is no network to look into, for a reason. */
  wait(why: string): void {
    this.#network = undefined;
    const empty = byId('inside-empty');
    empty.textContent = why;
    empty.hidden = false;
    byId('inside-body').hidden = true;
    void this.#show(false);
  }

  /** A network of this kind exists now. */
  network(loss: LossKind, kind: NetworkKind): void {
    this.#network = { loss, kind };
    this.#tested.clear(loss);
    byId('inside-empty').hidden = true;
    byId('inside-body').hidden = false;
    byId('classifier').hidden = kind !== 'label';
    byId('figure-reconstruction').hidden = kind !== 'input';
    for (const id of ['figure-writing', 'figure-attention']) byId(id).hidden = kind !== 'text';
    this.#follow();
    void this.#meet();
    if (this.#open && kind === 'text') void this.refresh();
  }

  /** Asks what of a new network can be shown. */
  async #meet(): Promise<void> {
    try {
      this.#look.network(await this.#remote.call('insides', []));
      await this.#see(0);
    } catch (error) {
      this.#fail(error);
    }
    await this.#show(false);
  }

  /** Shows the feature maps of a test image. */
  async #see(index: number): Promise<void> {
    if (this.#network?.kind !== 'label') return;
    try {
      const image = await this.#remote.call('images', [[index]]);
      const { classes, labels } = this.#tested.tested ?? {};
      const label = classes && labels ? `: ${classes[labels[index]]}` : '';
      this.#look.choose(image, `Test image ${whole(index + 1)}${label}`, index);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The run has progressed; what is shown may be out of date. */
  state(state: LabState): void {
    this.#state = state;
    this.#follow();
    if (state === 'preparing') {
      this.#attention.clear();
      this.#writing.clear();
    }
    if (this.#open && (state === 'paused' || state === 'ended')) void this.refresh();
  }

  /** Handles an event from the worker. */
  event(event: LabEvent): void {
    this.#writing.event(event);
  }

  /** Looks at a text again and again while the panel is visible and the network trains. */
  #follow(): void {
    const text = this.#network?.kind === 'text';
    this.#attention.live = text && this.#open && this.#state === 'running';
  }

  async #show(recolour: boolean): Promise<void> {
    const own: ViewName[] = this.#network?.kind === 'input' ? ['reconstruction'] : [];
    const names = this.#open && this.#network ? [...this.#look.views, ...own] : [];
    try {
      await this.#remote.call('show', [names, recolour ? this.#colours() : undefined]);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof Error) || !this.#open) return;
    // While a run is trained, it takes another device, or says why it cannot.
    if (error.name === 'DeviceLostError' && this.#state !== 'ended') return;
    this.#alert.show(error);
  }

  /** Classifies the test images with the current network, or looks at a text with it. */
  async refresh(): Promise<void> {
    if (this.#network?.kind === 'text') void this.#attention.refresh();
    if (this.#network?.kind !== 'label' || this.#asking) return;
    this.#asking = true;
    byId('page-text').textContent = 'Classifying…';
    try {
      const tested = await this.#remote.call('outputs', []);
      const shown = this.#tested.show(tested, this.#look.views.includes('maps'));
      this.#look.count = tested.labels.length;
      await shown;
    } catch (error) {
      byId('page-text').textContent = '–';
      // While a network is being prepared, there is none yet.
      if (!(error instanceof Error && error.name === 'OptionError')) this.#fail(error);
    } finally {
      this.#asking = false;
    }
  }

  async #classify(image: Uint8Array): Promise<void> {
    const verdict = byId('pad-verdict');
    this.#look.choose(image, 'Your own image');
    try {
      const { outputs } = await this.#remote.call('classify', [image]);
      if (this.#network?.kind !== 'label') return;
      const shares = sharesOf(outputs, this.#network.loss);
      const classes = this.#tested.tested?.classes ?? [];
      const said = largest(shares);
      verdict.textContent = `${classes[said] ?? `Class ${said}`}, ${percent(shares[said])}`;
      byId('pad-bars').replaceChildren(
        ...shares.map((share, i) => {
          const bar = make('span', { class: 'bar' });
          bar.style.setProperty('--share', String(share));
          return make('li', {}, make('span', {}, classes[i] ?? String(i)), bar, percent(share));
        }),
      );
    } catch (error) {
      verdict.textContent = error instanceof Error ? error.message : String(error);
    }
  }
}
