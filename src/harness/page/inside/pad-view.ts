import type { LossKind } from '../../../nn/losses.ts';
import type { TestFacts } from '../../insides.ts';
import { className, classNames } from '../class-names.ts';
import { byId } from '../dom.ts';
import { errorText } from '../error-words.ts';
import type { Remote } from '../remote.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { asOf } from './as-of.ts';
import { sharesText, showShares } from './class-bars.ts';
import { DrawingPad } from './drawing-pad.ts';
import { drawImage, largest, sharesOf, shareText } from './pictures.ts';
import type { Tested } from './tested.ts';

/** Milliseconds for which an answer to an earlier image stays while the next one is awaited. */
const LATE_MS = 300;

/** What the visitor's own image asks of the panel. */
export interface PadHost {
  readonly tested: Tested | undefined;
  /** The image has changed. */
  drawn(image: Uint8Array): void;
  fail(error: Error): void;
}

/** The visitor's own image: the pad, what the network sees of it, and what it says. */
export class PadView {
  readonly #remote: Remote;
  readonly #host: PadHost;
  readonly #pad: DrawingPad;
  #network: { readonly loss: LossKind; readonly test: TestFacts } | undefined;
  #image: Uint8Array | undefined;
  /** Counts questions, so that a late answer is not shown. */
  #asked = 0;
  #redraw: () => void = () => {};
  /** Whether an answer is shown. */
  #answered = false;

  constructor(remote: Remote, host: PadHost) {
    this.#remote = remote;
    this.#host = host;
    this.#pad = new DrawingPad(
      (image) => this.#drawn(image),
      (error) => host.fail(error),
    );
    byId('pad-sample').addEventListener('click', () => void this.#sample());
    byId('pad-class').addEventListener('change', () => void this.#sample());
    onLanguage(() => {
      this.#classes();
      this.#redraw();
    });
  }

  /** Another network classifies the image from now on. */
  network(loss: LossKind, test: TestFacts): void {
    this.#network = { loss, test };
    this.#pad.fit(test);
    this.#classes();
    put(byId('pad-seen-text'), () =>
      say('What the network sees: {size}', { size: `${test.width}×${test.height}` }),
    );
    drawImage(byId('pad-seen', HTMLCanvasElement), this.#pad.image ?? blank(test), test);
    this.#image = this.#pad.image;
    void this.classify();
  }

  #classes(): void {
    const list = byId('pad-class', HTMLSelectElement);
    const { value } = list;
    const names = this.#network?.test.classes ?? [];
    list.replaceChildren(
      new Option(say('any class'), ''),
      ...classNames(names).map((name, c) => new Option(name, String(c))),
    );
    list.value = value;
    if (list.selectedIndex < 0) list.value = '';
  }

  /** Puts a test image on the pad. */
  show(image: Uint8Array): void {
    this.#pad.show(image);
    byId('card-pad').scrollIntoView({ block: 'nearest' });
    byId('pad').focus();
  }

  /** Puts a random test image of the chosen class on the pad. */
  async #sample(): Promise<void> {
    const wanted = byId('pad-class', HTMLSelectElement).value;
    const { tested } = this.#host;
    const count = this.#network?.test.count ?? 0;
    const all = Array.from({ length: count }, (_, i) => i);
    const own = all.filter((i) => wanted === '' || tested?.labels[i] === Number(wanted));
    if (own.length === 0) return;
    try {
      const index = own[Math.floor(Math.random() * own.length)];
      this.#pad.show(new Uint8Array(await this.#remote.call('images', [[index]])));
    } catch (error) {
      this.#host.fail(error as Error);
    }
  }

  #drawn(image: Uint8Array): void {
    if (!this.#network) return;
    this.#image = image;
    drawImage(byId('pad-seen', HTMLCanvasElement), image, this.#network.test);
    this.#host.drawn(image);
    void this.classify();
  }

  /** Asks what the network makes of the image now, if there is one. */
  async classify(): Promise<void> {
    const [image, network] = [this.#image, this.#network];
    if (!image || !network) return;
    const asked = ++this.#asked;
    const verdict = byId('pad-verdict');
    const late = setTimeout(() => this.#wait(), this.#answered ? LATE_MS : 0);
    try {
      const { outputs, epochs } = await this.#remote.call('classify', [image]);
      if (asked !== this.#asked) return;
      const shares = sharesOf(outputs, network.loss);
      const said = largest(shares);
      const nameOf = (label: number): string => className(network.test.classes, label);
      this.#redraw = () => {
        verdict.textContent = `${nameOf(said)}, ${shareText(shares[said], network.loss)}`;
        byId('pad-when').textContent = asOf(epochs);
        byId('pad-bars-text').textContent = sharesText(network.loss);
        showShares(byId('pad-bars'), shares, network.loss, nameOf);
      };
      this.#answered = true;
      this.#redraw();
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#redraw = () => {
        verdict.textContent = errorText(error);
      };
      this.#redraw();
    } finally {
      clearTimeout(late);
    }
  }

  /** Says that the image is classified: it may take seconds while a run goes on. */
  #wait(): void {
    this.#answered = false;
    this.#redraw = () => {
      byId('pad-verdict').textContent = say('Classifying…');
      for (const id of ['pad-when', 'pad-bars-text']) byId(id).textContent = '';
      byId('pad-bars').replaceChildren();
    };
    this.#redraw();
  }
}

const blank = ({ height, width, channels }: TestFacts): Uint8Array =>
  new Uint8Array(height * width * channels);
