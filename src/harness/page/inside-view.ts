import type { LossKind, TargetKind } from '../../nn/losses.ts';
import type { ViewName } from '../worker/gallery.ts';
import type { TestOutputs } from '../worker/lab.ts';
import type { LabEvent, LabState } from '../worker/lab-event.ts';
import type { Way } from '../worker/painter.ts';
import type { Alert } from './alert.ts';
import { AttentionView } from './attention-view.ts';
import { byId, make, onScheme } from './dom.ts';
import { DrawingPad } from './drawing-pad.ts';
import { LookView } from './look-view.ts';
import { percent, whole } from './numbers.ts';
import { drawBars, drawImage, largest, rgbOf, SIDE, sharesOf } from './pictures.ts';
import type { Remote } from './remote.ts';
import { WritingView } from './writing-view.ts';

const PER_PAGE = 24;

/** The test images to show: all, the mistakes, or one cell of the confusion matrix. */
type Filter =
  | { readonly kind: 'all' | 'mistakes' }
  | { readonly kind: 'cell'; readonly truth: number; readonly said: number };

/** What a network learns: the next character of a text, or the target of its images. */
type NetworkKind = TargetKind | 'text';

/** Shows what the network has learned, during training. */
export class InsideView {
  readonly #remote: Remote;
  readonly #alert: Alert;
  readonly #look: LookView;
  readonly #attention: AttentionView;
  readonly #writing: WritingView;
  #state: LabState = 'ended';
  #open = false;
  #network: { readonly loss: LossKind; readonly kind: NetworkKind } | undefined;
  #tested: TestOutputs | undefined;
  #said: number[] = [];
  #filter: Filter = { kind: 'all' };
  #page = 0;
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
    this.#attention = new AttentionView(remote);
    this.#writing = new WritingView(remote);
    onScheme(() => void this.#show(true));
    byId('inside-refresh').addEventListener('click', () => void this.refresh());
    const filter = byId('filter', HTMLSelectElement);
    filter.addEventListener('change', () => {
      this.#choose({ kind: filter.value === 'mistakes' ? 'mistakes' : 'all' });
    });
    byId('page-back').addEventListener('click', () => this.#turn(-1));
    byId('page-next').addEventListener('click', () => this.#turn(1));
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

  /** A network of this kind exists now. */
  network(loss: LossKind, kind: NetworkKind): void {
    this.#network = { loss, kind };
    this.#tested = undefined;
    byId('inside-empty').hidden = true;
    byId('inside-body').hidden = false;
    byId('classifier').hidden = kind !== 'label';
    byId('figure-reconstruction').hidden = kind !== 'input';
    for (const id of ['figure-writing', 'figure-attention']) byId(id).hidden = kind !== 'text';
    this.#attention.clear();
    this.#writing.clear();
    void this.#meet();
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
      const { classes, labels } = this.#tested ?? {};
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
    if (error instanceof Error && this.#open) this.#alert.show(error);
  }

  /** Classifies the test images with the current network, or looks at a text with it. */
  async refresh(): Promise<void> {
    if (this.#network?.kind === 'text') void this.#attention.refresh();
    if (this.#network?.kind !== 'label' || this.#asking) return;
    this.#asking = true;
    byId('page-text').textContent = 'Classifying…';
    try {
      const tested = await this.#remote.call('outputs', []);
      const classes = tested.classes.length;
      this.#tested = tested;
      this.#look.count = tested.labels.length;
      this.#said = Array.from(tested.labels, (_, i) =>
        largest(tested.outputs.subarray(i * classes, (i + 1) * classes)),
      );
      this.#drawConfusion(tested);
      await this.#drawImages();
    } catch (error) {
      byId('page-text').textContent = '–';
      // While a network is being prepared, there is none yet.
      if (!(error instanceof Error && error.name === 'OptionError')) this.#fail(error);
    } finally {
      this.#asking = false;
    }
  }

  #choose(filter: Filter): void {
    this.#filter = filter;
    this.#page = 0;
    void this.#drawImages();
  }

  #matching(): number[] {
    const { labels } = this.#tested ?? { labels: new Uint8Array() };
    const filter = this.#filter;
    const all = Array.from(labels, (_, i) => i);
    if (filter.kind === 'cell') {
      return all.filter((i) => labels[i] === filter.truth && this.#said[i] === filter.said);
    }
    return filter.kind === 'all' ? all : all.filter((i) => this.#said[i] !== labels[i]);
  }

  #turn(by: number): void {
    const pages = Math.ceil(this.#matching().length / PER_PAGE);
    this.#page = Math.min(Math.max(0, this.#page + by), Math.max(0, pages - 1));
    void this.#drawImages();
  }

  async #drawImages(): Promise<void> {
    const tested = this.#tested;
    if (!tested || !this.#network) return;
    const { loss } = this.#network;
    const matching = this.#matching();
    const shown = matching.slice(this.#page * PER_PAGE, (this.#page + 1) * PER_PAGE);
    const images = await this.#remote.call('images', [shown]);
    const { classes, outputs, labels } = tested;
    const from = matching.length === 0 ? 0 : this.#page * PER_PAGE + 1;
    byId('page-text').textContent =
      `${whole(from)}–${whole(this.#page * PER_PAGE + shown.length)} of ${whole(matching.length)}`;
    byId('page-back', HTMLButtonElement).disabled = this.#page === 0;
    byId('page-next', HTMLButtonElement).disabled = (this.#page + 1) * PER_PAGE >= matching.length;
    const tiles = shown.map((index, i) => {
      const values = outputs.subarray(index * classes.length, (index + 1) * classes.length);
      const shares = sharesOf(values, loss);
      const truth = labels[index];
      const said = this.#said[index];
      const picture = make('canvas', { class: 'picture', 'aria-hidden': 'true' });
      drawImage(picture, images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
      const bars = make('canvas', {
        class: 'shares',
        width: '84',
        height: '24',
        'aria-hidden': 'true',
      });
      drawBars(bars, shares, truth);
      const verdict = make('span', { class: said === truth ? 'good' : 'bad' }, classes[said]);
      const right = said === truth ? '' : `is: ${classes[truth]}`;
      const title = shares.map((share, c) => `${classes[c]} ${percent(share)}`).join('\n');
      const choose = make(
        'button',
        {
          type: 'button',
          'aria-label': `Show the feature maps of test image ${index + 1}, ${classes[truth]}`,
          click: () => {
            void this.#see(index);
            byId('figure-maps').scrollIntoView({ block: 'start' });
          },
        },
        picture,
      );
      const shown = this.#look.views.includes('maps') ? choose : picture;
      return make('li', { title }, shown, bars, verdict, make('span', { class: 'help' }, right));
    });
    byId('images').replaceChildren(...tiles);
  }

  #drawConfusion({ classes, labels }: TestOutputs): void {
    const counts = classes.map(() => classes.map(() => 0));
    labels.forEach((truth, i) => {
      counts[truth][this.#said[i]]++;
    });
    const short = (name: string): string => name.split('/')[0];
    const heads = classes.map((name) =>
      make('th', { scope: 'col' }, make('span', {}, short(name))),
    );
    const rows = counts.map((row, truth) => {
      const total = row.reduce((sum, n) => sum + n, 0);
      const cells = row.map((count, said) => {
        const button = make(
          'button',
          {
            type: 'button',
            class: truth === said ? 'right' : 'wrong',
            'aria-label': `${count} of ${classes[truth]} classified as ${classes[said]}`,
            click: () => this.#choose({ kind: 'cell', truth, said }),
          },
          String(count),
        );
        // Mistakes are few: the square root makes them visible beside the diagonal.
        button.style.setProperty('--share', String(Math.sqrt(total > 0 ? count / total : 0)));
        button.disabled = count === 0;
        return make('td', {}, button);
      });
      return make('tr', {}, make('th', { scope: 'row' }, short(classes[truth])), ...cells);
    });
    const corner = make('td', {}, '');
    byId('confusion').replaceChildren(
      make('thead', {}, make('tr', {}, corner, ...heads)),
      make('tbody', {}, ...rows),
    );
  }

  async #classify(image: Uint8Array): Promise<void> {
    const verdict = byId('pad-verdict');
    this.#look.choose(image, 'Your own image');
    try {
      const outputs = await this.#remote.call('classify', [image]);
      if (this.#network?.kind !== 'label') return;
      const shares = sharesOf(outputs, this.#network.loss);
      const classes = this.#tested?.classes ?? [];
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
