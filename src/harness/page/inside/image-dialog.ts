import type { TestFacts } from '../../insides.ts';
import { byId } from '../dom.ts';
import { whole } from '../numbers.ts';
import { onLanguage, say } from '../words/words.ts';
import { sharesText, showShares } from './class-bars.ts';
import { drawImage, shareText } from './pictures.ts';
import type { Tested } from './tested.ts';

/** Test images to look at one by one. */
export interface Gallery {
  readonly tested: Tested;
  readonly facts: TestFacts;
  /** Their numbers, from 0, in the order to look at them. */
  readonly indices: readonly number[];
}

/** What an enlarged image asks of the panel. */
export interface ImageHost {
  images(indices: readonly number[]): Promise<Uint8Array>;
  /** Whether the network has feature maps. */
  readonly hasMaps: boolean;
  /** Show the feature maps of a test image, or put it on the drawing pad. */
  maps(index: number): void;
  pad(image: Uint8Array): void;
  fail(error: unknown): void;
}

/** A test image enlarged, with the share of each class; the arrow keys go on to the next one. */
export class ImageDialog {
  readonly #host: ImageHost;
  #gallery: Gallery | undefined;
  #at = 0;
  #image = new Uint8Array();

  constructor(host: ImageHost) {
    this.#host = host;
    byId('image-close').addEventListener('click', () => this.#dialog.close());
    byId('image-back').addEventListener('click', () => void this.#go(-1));
    byId('image-next').addEventListener('click', () => void this.#go(1));
    byId('image-maps').addEventListener('click', () => {
      const index = this.#gallery?.indices[this.#at];
      this.#dialog.close();
      if (index !== undefined) host.maps(index);
    });
    byId('image-pad').addEventListener('click', () => {
      this.#dialog.close();
      host.pad(this.#image);
    });
    this.#dialog.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      void this.#go(step);
    });
    onLanguage(() => this.#say());
  }

  get #dialog(): HTMLDialogElement {
    return byId('image-dialog', HTMLDialogElement);
  }

  /** Opens with the `at`-th image. */
  async open(gallery: Gallery, at: number): Promise<void> {
    this.#gallery = gallery;
    this.#at = at;
    byId('image-maps').hidden = !this.#host.hasMaps;
    await this.#draw();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** What it shows is of an earlier network. */
  close(): void {
    this.#dialog.close();
    this.#gallery = undefined;
  }

  #go(by: number): Promise<void> {
    const count = this.#gallery?.indices.length ?? 0;
    const next = Math.min(Math.max(0, this.#at + by), count - 1);
    if (next < 0 || next === this.#at) return Promise.resolve();
    this.#at = next;
    return this.#draw();
  }

  async #draw(): Promise<void> {
    const gallery = this.#gallery;
    if (!gallery) return;
    const { indices, facts } = gallery;
    const at = this.#at;
    byId('image-back', HTMLButtonElement).disabled = at === 0;
    byId('image-next', HTMLButtonElement).disabled = at === indices.length - 1;
    try {
      const image = new Uint8Array(await this.#host.images([indices[at]]));
      // Or somebody has gone on.
      if (at !== this.#at || gallery !== this.#gallery) return;
      this.#image = image;
      drawImage(byId('image-large', HTMLCanvasElement), image, facts);
      this.#say();
    } catch (error) {
      this.#host.fail(error);
    }
  }

  #say(): void {
    if (!this.#gallery) return;
    const { tested, indices } = this.#gallery;
    const index = indices[this.#at];
    const [truth, said] = [tested.labels[index], tested.said[index]];
    const shares = tested.sharesOf(index);
    const name = tested.nameOf(truth);
    byId('image-title').textContent = say('Test image {number}: {name}', {
      number: whole(index + 1),
      name,
    });
    const verdict = byId('image-verdict');
    const values = { said: tested.nameOf(said), share: shareText(shares[said], tested.loss), name };
    verdict.textContent =
      said === truth
        ? say('Right: {said}, {share}.', values)
        : say('Wrong: {said}, {share}. It is {name}.', values);
    verdict.classList.toggle('bad', said !== truth);
    byId('image-bars-text').textContent = sharesText(tested.loss);
    showShares(byId('image-bars'), shares, tested.loss, (label) => tested.nameOf(label), {
      [said]: 'wrong',
      [truth]: 'right',
    });
  }
}
