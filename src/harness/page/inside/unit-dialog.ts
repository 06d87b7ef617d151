import type { Insides, TestFacts, Units } from '../../insides.ts';
import type { UnitFacts } from '../../worker/unit-study.ts';
import { className } from '../class-names.ts';
import { byId, make, onScheme } from '../dom.ts';
import { errorText } from '../error-words.ts';
import { percent, whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { language, onLanguage, put, say } from '../words/words.ts';
import { asOf } from './as-of.ts';
import { classText } from './class-bars.ts';
import { layerText } from './layer-words.ts';
import { bytesOf, drawImage } from './pictures.ts';
import { drawSigned } from './signed-pictures.ts';

/** The network whose units are looked at. */
export interface UnitNetwork {
  readonly insides: Insides;
  readonly test: TestFacts;
}

const DIGITS = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 } as const;

const value = (number: number): string =>
  number.toLocaleString(language(), DIGITS).replace('-', '−');

/** A unit enlarged: its weights, what it answers to the chosen image, and the test images that excite it most. */
export class UnitDialog {
  readonly #remote: Remote;
  #network: UnitNetwork | undefined;
  #image: Uint8Array | undefined;
  #found: { readonly facts: UnitFacts; readonly images: Uint8Array } | undefined;
  /** Counts questions, so that a late answer is not shown. */
  #asked = 0;

  constructor(remote: Remote) {
    this.#remote = remote;
    byId('unit-close').addEventListener('click', () => this.#dialog.close());
    byId('unit-back').addEventListener('click', () => this.#go(-1));
    byId('unit-next').addEventListener('click', () => this.#go(1));
    this.#layers.addEventListener('change', () => {
      this.#number.value = '1';
      void this.#look();
    });
    this.#number.addEventListener('change', () => void this.#look());
    this.#dialog.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const inField = event.target instanceof HTMLInputElement || event.target === this.#layers;
      if (step === undefined || inField) return;
      event.preventDefault();
      this.#go(step);
    });
    onLanguage(() => this.#draw());
    onScheme(() => this.#draw());
  }

  get #dialog(): HTMLDialogElement {
    return byId('unit-dialog', HTMLDialogElement);
  }

  get #layers(): HTMLSelectElement {
    return byId('unit-layer', HTMLSelectElement);
  }

  get #number(): HTMLInputElement {
    return byId('unit-number', HTMLInputElement);
  }

  get #layer(): Units | undefined {
    return this.#network?.insides.units.find(({ name }) => name === this.#layers.value);
  }

  /** Another network is looked at. */
  network(network: UnitNetwork | undefined): void {
    this.#dialog.close();
    this.#network = network;
    this.#found = undefined;
    this.#layers.replaceChildren(
      ...(network?.insides.units ?? []).map(
        ({ name, kind }) => new Option(layerText(name, kind), name),
      ),
    );
  }

  /** @param image whose answer is shown, too */
  open(layer: string, unit: number, image: Uint8Array | undefined): void {
    if (!this.#network?.insides.units.some(({ name }) => name === layer)) return;
    this.#image = image;
    this.#layers.value = layer;
    this.#number.value = String(unit + 1);
    this.#dialog.showModal();
    void this.#look();
  }

  #go(by: number): void {
    this.#number.value = String(Number(this.#number.value) + by);
    void this.#look();
  }

  async #look(): Promise<void> {
    const [layer, image] = [this.#layer, this.#image];
    if (!layer) return;
    const asked = ++this.#asked;
    const wanted = Math.round(Number(this.#number.value) || 1);
    const unit = Math.min(Math.max(1, wanted), layer.count) - 1;
    this.#number.value = String(unit + 1);
    this.#number.max = String(layer.count);
    byId('unit-back', HTMLButtonElement).disabled = unit === 0;
    byId('unit-next', HTMLButtonElement).disabled = unit === layer.count - 1;
    this.#drawTitle(layer);
    const status = byId('unit-status');
    put(status, () => say('Looking through the test images…'));
    try {
      const wish = { layer: layer.name, unit, ...(image ? { image } : {}) };
      const facts = await this.#remote.call('unit', [wish]);
      if (asked !== this.#asked || !facts) return;
      const indices = facts.most.map(({ index }) => index);
      const images = await this.#remote.call('images', [indices]);
      if (asked !== this.#asked) return;
      this.#found = { facts, images };
      this.#draw();
    } catch (error) {
      if (asked === this.#asked) put(status, () => errorText(error));
    }
  }

  #draw(): void {
    const [found, network, layer] = [this.#found, this.#network, this.#layer];
    if (!found || !network || !layer) return;
    const { facts } = found;
    this.#drawTitle(layer);
    put(byId('unit-status'), () => asOf(facts.epochs));
    this.#drawWeights(facts, layer);
    this.#drawAnswer(facts, layer);
    const values = { count: whole(facts.count), mean: value(facts.mean) };
    const of = layer.mapped
      ? say('Of {count} test images, by the largest value of the map. Mean {mean}.', values)
      : say('Of {count} test images, by the value of the unit. Mean {mean}.', values);
    byId('unit-most-text').textContent =
      `${of} ${say('{share} of the images give a value above 0.', { share: percent(facts.active) })}`;
    this.#drawMost(network.test, found);
  }

  #drawTitle({ name, mapped, count }: Units): void {
    const values = { layer: name, unit: this.#number.value };
    byId('unit-title').textContent = mapped
      ? say('Layer {layer}, channel {unit}', values)
      : say('Layer {layer}, unit {unit}', values);
    byId('unit-count').textContent = say('of {count}', { count: whole(count) });
  }

  #drawWeights({ weights }: UnitFacts, layer: Units): void {
    const text = byId('unit-weights-text');
    const canvas = byId('unit-weights', HTMLCanvasElement);
    canvas.hidden = !weights;
    if (!weights) {
      text.textContent = say('It has no weights of its own.');
      return;
    }
    const grid = drawSigned(canvas, weights, this.#dialog.clientWidth - 60);
    const { count, width, height, bias } = weights;
    const parts = [
      weights.layer === layer.name
        ? say('Its weights.')
        : say('The weights of layer {layer}, which it follows.', { layer: weights.layer }),
      height === 1 && width > 1
        ? say('A cell for each of {count} inputs, line by line.', { count: whole(width) })
        : '',
      this.#seesColours(weights.layer)
        ? say('One picture for red, one for green, one for blue.')
        : count > 1
          ? say('A picture for each of {count} input channels.', { count: whole(count) })
          : '',
      grid.columns * grid.rows < count
        ? say('The first {shown} of {count} are shown.', {
            shown: whole(grid.columns * grid.rows),
            count: whole(count),
          })
        : '',
      say('Positive weights are blue, negative ones red.'),
      bias === undefined ? '' : say('Bias {bias}.', { bias: value(bias) }),
    ];
    text.textContent = parts.filter((part) => part !== '').join(' ');
  }

  /** Whether a layer sees the image, in colour. */
  #seesColours(layer: string): boolean {
    const kernels = this.#network?.insides.kernels ?? [];
    return kernels.some(({ name, rgb }) => rgb && name === `${layer}.weight`);
  }

  #drawAnswer({ answer }: UnitFacts, layer: Units): void {
    byId('unit-map-figure').hidden = !answer;
    if (!answer) return;
    const most = answer.data.reduce((a, b) => Math.max(a, b), -Infinity);
    byId('unit-map-text').textContent = layer.mapped
      ? say('What it makes of the chosen image: at most {value}.', { value: value(most) })
      : say('Its value for the chosen image: {value}.', { value: value(most) });
    const canvas = byId('unit-map', HTMLCanvasElement);
    canvas.hidden = !layer.mapped;
    if (layer.mapped) drawSigned(canvas, { ...answer, count: 1 }, 280);
  }

  #drawMost(
    test: TestFacts,
    { facts, images }: { readonly facts: UnitFacts; readonly images: Uint8Array },
  ): void {
    const size = bytesOf(test);
    byId('unit-most').replaceChildren(
      ...facts.most.map(({ index, label, value: own }, i) => {
        const picture = make('canvas', { class: 'picture', role: 'img' });
        drawImage(picture, images.subarray(i * size, (i + 1) * size), test);
        const name = className(test.classes, label);
        const number = whole(index + 1);
        picture.setAttribute('aria-label', say('Test image {number}: {name}', { number, name }));
        return make('li', {}, picture, make('strong', {}, value(own)), classText(name));
      }),
    );
  }
}
