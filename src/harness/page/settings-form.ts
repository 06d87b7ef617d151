import { FASHION_MNIST_DEVIATION, FASHION_MNIST_MEAN } from '../../data/fashion-mnist.ts';
import { FAMILIES } from '../../gpu/family.ts';
import { PAPER_MODELS } from '../../paper/table.ts';
import { PRECISIONS } from '../../train/session-options.ts';
import { ACTIVATIONS, LOSSES, OPTIMIZERS, takersOf } from '../tasks/choice-facts.ts';
import { FACTS, factsNamed, NETWORK_NAMES, SCHEDULES, widthsOf } from '../tasks/network-facts.ts';
import { byId, make } from './dom.ts';

/** A form's values by their names in the address. */
export type Values = Readonly<Record<string, string>>;

/** Parts of the address that are not settings of a run. */
const OTHERS = new Set(['run', 'report', 'tab', 'canvas', 'data-files']);

/** The defaults of the address: as `settingsOf` in ../tasks/settings.ts. */
export function defaultsOf(model: string): Values {
  const network = factsNamed(model);
  return {
    model: network === FACTS['2'] ? '2' : model,
    layers: widthsOf(network)?.join(',') ?? '',
    activation: network.data === 'images' ? 'relu' : '',
    dropout: String(network.dropout),
    loss: network.loss,
    optimizer: network.optimizer,
    lr: String(network.learningRate),
    'batch-size': String(network.batchSize),
    epochs: String(network.epochs),
    seed: '1',
    'train-limit': '',
    normalize: network.data === 'images' ? (network.normalize?.join(',') ?? '') : '',
    schedule: network.schedule,
    augment: network.data === 'images' ? network.augment : '',
    length: network.data === 'text' ? String(network.length) : '',
    stride: '',
    sample: '',
    temperature: '',
    prompt: '',
    momentum: '0',
    nesterov: '',
    betas: '',
    eps: '',
    'weight-decay': '',
    family: 'auto',
    plan: 'fused',
    precision: 'full',
    data: 'auto',
  };
}

/**
 * A preset of the page. Classifiers use the recipe that the paper's Table I suggests (cross-entropy,
 * standardised pixels), not the text's mean squared error.
 */
export function presetOf(model: string): Values {
  const values = defaultsOf(model);
  if (!PAPER_MODELS.some((one) => String(one.model) === model)) return values;
  const normalize = `${FASHION_MNIST_MEAN},${FASHION_MNIST_DEVIATION}`;
  return { ...values, loss: 'cross_entropy', normalize };
}

/** Whether an optimizer has an option. */
export const applies = (name: string, optimizer: string): boolean =>
  takersOf(name)?.includes(optimizer) ?? true;

/** The shortest query for a form's values. */
export function queryOf(values: Values): string {
  const defaults = defaultsOf(values.model);
  const query = new URLSearchParams({ model: values.model });
  for (const [name, value] of Object.entries(values)) {
    const text = value.trim();
    if (name === 'model' || text === defaults[name] || text === '') continue;
    // Several seeds have a name of their own.
    const own = name === 'seed' && /\.\.|,/.test(text) ? 'seeds' : name;
    if (applies(name, values.optimizer)) query.set(own, text);
  }
  // Defaults of the page that differ from the command line's.
  if (values.data !== 'built-in') query.set('data', 'auto');
  return query.toString();
}

/** A form's values for an address; those of Model 2 if it has no settings. */
export function valuesOf(search: string): Values {
  const query = new URLSearchParams(search);
  const given = [...query].filter(([name]) => !OTHERS.has(name));
  if (given.length === 0) return presetOf('2');
  const defaults = defaultsOf(query.get('model') ?? '2');
  const known = given
    .map(([name, value]) => [name === 'seeds' ? 'seed' : name, value] as const)
    .filter(([name]) => name !== 'model' && Object.hasOwn(defaults, name));
  const { family, ...others } = Object.fromEntries(known);
  // The old name of a family.
  const named = family === undefined ? {} : { family: family === 'discrete' ? 'tiled' : family };
  return { ...defaults, ...others, ...named };
}

/** The choices of the form's lists: what stands in the address, and its label. */
const CHOICES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  model: NETWORK_NAMES.map((name) => [name, FACTS[name].label]),
  schedule: SCHEDULES.map((name) => [name, name]),
  augment: [
    ['none', 'none'],
    ['flip-shift', 'flip, shift'],
  ],
  activation: ACTIVATIONS.map((name) => [name, name]),
  loss: Object.entries(LOSSES).map(([name, { label }]) => [name, label]),
  optimizer: Object.entries(OPTIMIZERS).map(([name, { label }]) => [name, label]),
  family: ['auto', ...FAMILIES].map((name) => [name, name]),
  precision: PRECISIONS.map((name) => [name, name]),
};

/** The networks of a list in groups, by what they learn from. */
function groupsOf(list: HTMLSelectElement): HTMLOptGroupElement[] {
  return (['images', 'text'] as const).map((data) => {
    const options = [...list.options].filter(({ value }) => factsNamed(value).data === data);
    const label = data === 'images' ? 'Learns from images' : 'Learns from a text';
    return make('optgroup', { label }, ...options);
  });
}

/** Asks the worker: it knows what settings mean; see ../worker/networks-in.ts. */
type NetworksIn = (
  query: string,
) => Promise<{ readonly text: string; readonly wrong?: string | undefined }>;

/** The form of harness.html. */
export class SettingsForm {
  readonly #form: HTMLFormElement;
  readonly #changed: (query: string) => void;
  readonly #networksIn: NetworksIn;

  /**
   * @param changed called with the query whenever something changes
   * @param networksIn says what a query trains
   */
  constructor(
    form: HTMLFormElement,
    search: string,
    changed: (query: string) => void,
    networksIn: NetworksIn,
  ) {
    this.#form = form;
    this.#changed = changed;
    this.#networksIn = networksIn;
    for (const [name, choices] of Object.entries(CHOICES)) {
      const list = form.elements.namedItem(name);
      if (!(list instanceof HTMLSelectElement)) continue;
      list.replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
    }
    const models = form.elements.namedItem('model');
    if (models instanceof HTMLSelectElement) models.replaceChildren(...groupsOf(models));
    this.write(valuesOf(search));
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement && target.name === 'model') {
        const { data, seed } = this.read();
        this.write({ ...presetOf(target.value), data, seed });
      }
      this.#adapt();
      this.#changed(this.query);
    });
    form.addEventListener('input', () => void this.#check());
  }

  get query(): string {
    return queryOf(this.read());
  }

  #controls(): (HTMLInputElement | HTMLSelectElement)[] {
    return [...this.#form.elements].filter(
      (control): control is HTMLInputElement | HTMLSelectElement =>
        (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) &&
        control.name !== '',
    );
  }

  read(): Values {
    const entries = this.#controls().map((control) => {
      const box = control instanceof HTMLInputElement && control.type === 'checkbox';
      return [control.name, box && !control.checked ? '' : control.value] as const;
    });
    return Object.fromEntries(entries);
  }

  write(values: Values): void {
    for (const control of this.#controls()) {
      const value = values[control.name] ?? '';
      if (control instanceof HTMLInputElement && control.type === 'checkbox') {
        control.checked = value !== '' && value !== 'false';
        // The address may have other numbers for standardising pixels than the form.
        if (control.checked) control.value = value;
      } else {
        control.value = value;
      }
    }
    this.#adapt();
  }

  /** Takes the settings of an address. */
  load(search: string): void {
    this.write(valuesOf(search));
    this.#changed(this.query);
  }

  /** Says how many networks the settings train, or which of them cannot be. */
  async #check(): Promise<void> {
    const { query } = this;
    const { text, wrong } = await this.#networksIn(query);
    // Somebody has typed on.
    if (query !== this.query) return;
    const said = byId('networks');
    said.textContent = text;
    said.classList.toggle('bad', wrong !== undefined);
    for (const control of this.#controls()) {
      const odd = wrong !== undefined && control.name === (wrong === 'seeds' ? 'seed' : wrong);
      if (odd) control.setAttribute('aria-invalid', 'true');
      else control.removeAttribute('aria-invalid');
    }
  }

  /** Shows the options that the optimizer and the network have. */
  #adapt(): void {
    void this.#check();
    const { optimizer, model } = this.read();
    byId('about').textContent = factsNamed(model).about;
    for (const part of this.#form.querySelectorAll<HTMLElement>('[data-option]')) {
      part.hidden = !applies(part.dataset.option ?? '', optimizer);
    }
    // Only perceptrons have widths.
    for (const part of this.#form.querySelectorAll<HTMLElement>('[data-widths]')) {
      part.hidden = !widthsOf(factsNamed(model));
    }
    for (const part of this.#form.querySelectorAll<HTMLElement>('[data-of]')) {
      part.hidden = part.dataset.of !== factsNamed(model).data;
    }
    const loss = this.#form.elements.namedItem('loss');
    if (loss instanceof HTMLSelectElement) {
      // An autoencoder's target is its own input, that of a text the next character.
      const network = factsNamed(model);
      loss.disabled = network.data === 'text' || network.target === 'input';
      if (loss.disabled) loss.value = network.loss;
    }
  }
}
