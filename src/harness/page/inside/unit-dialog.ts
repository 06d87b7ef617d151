import type { Units } from '../../insides.ts';
import { byId, onScheme } from '../dom.ts';
import { errorText } from '../error-words.ts';
import { whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { asOf } from './as-of.ts';
import { layerText } from './layer-words.ts';
import {
  type ChosenImage,
  clearUnit,
  drawUnit,
  type FoundUnit,
  type UnitNetwork,
} from './unit-drawing.ts';

/** A unit enlarged: its weights, what it answers to the chosen image, and the test images that excite it most. */
export class UnitDialog {
  readonly #remote: Remote;
  #network: UnitNetwork | undefined;
  #chosen: ChosenImage | undefined;
  #found: FoundUnit | undefined;
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
    onLanguage(() => {
      this.#fillLayers();
      this.#draw();
    });
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
    clearUnit();
    this.#fillLayers();
  }

  #fillLayers(): void {
    const { value } = this.#layers;
    const units = this.#network?.insides.units ?? [];
    this.#layers.replaceChildren(
      ...units.map(({ name, kind }) => new Option(layerText(name, kind), name)),
    );
    if (units.some(({ name }) => name === value)) this.#layers.value = value;
  }

  /** @param chosen whose answer is shown, too */
  open(layer: string, unit: number, chosen: ChosenImage | undefined): void {
    if (!this.#network?.insides.units.some(({ name }) => name === layer)) return;
    this.#chosen = chosen;
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
    const [layer, image] = [this.#layer, this.#chosen?.image];
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
    this.#drawTitle(layer);
    put(byId('unit-status'), () => asOf(found.facts.epochs));
    drawUnit(found, layer, network, this.#chosen);
  }

  #drawTitle({ name, mapped, count }: Units): void {
    const values = { layer: name, unit: this.#number.value };
    byId('unit-title').textContent = mapped
      ? say('Layer {layer}, channel {unit}', values)
      : say('Layer {layer}, unit {unit}', values);
    byId('unit-count').textContent = say('of {count}', { count: whole(count) });
  }
}
