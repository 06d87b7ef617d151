import { FAMILIES } from '../../../gpu/family.ts';
import { PRECISIONS } from '../../../train/session-options.ts';
import { ACTIVATIONS, LOSSES, OPTIMIZERS } from '../../tasks/choice-facts.ts';
import {
  FACTS,
  factsNamed,
  NETWORK_NAMES,
  SCHEDULES,
  widthsOf,
} from '../../tasks/network-facts.ts';
import { byId, make } from '../dom.ts';
import { problemOf, tidied } from './field-rules.ts';
import {
  applies,
  presetOf,
  queryOf,
  strangersIn,
  type Values,
  valuesOf,
} from './settings-values.ts';

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
  /** What the address gave lists that they do not have, in words. */
  readonly #odd = new Map<string, string>();

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
    this.#take(search);
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement && target.name === 'model') {
        const { data, seed } = this.read();
        this.write({ ...presetOf(target.value), data, seed });
      }
      this.#adapt();
      this.#changed(this.query);
    });
    form.addEventListener('input', ({ target }) => {
      if (target instanceof HTMLSelectElement) this.#odd.delete(target.name);
      void this.#check();
    });
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
      const value = box ? control.value : tidied(control.name, control.value);
      return [control.name, box && !control.checked ? '' : value] as const;
    });
    return Object.fromEntries(entries);
  }

  write(values: Values): void {
    this.#odd.clear();
    for (const control of this.#controls()) {
      const value = values[control.name] ?? '';
      if (control instanceof HTMLInputElement && control.type === 'checkbox') {
        control.checked = value !== '' && value !== 'false';
        // The address may have other numbers for standardising pixels than the form.
        if (control.checked) control.value = value;
      } else if (control instanceof HTMLSelectElement) {
        this.#choose(control, value);
      } else {
        control.value = value;
      }
    }
    this.#adapt();
  }

  #choose(list: HTMLSelectElement, value: string): void {
    const known = [...list.options].some((option) => option.value === value);
    const shown = known ? value : (presetOf('2')[list.name] ?? '');
    list.value = shown;
    if (known || value === '') return;
    const { text } = list.selectedOptions[0] ?? { text: shown };
    this.#odd.set(
      list.name,
      `The address asks for “${value}”, which is no choice. Shown is ${text}.`,
    );
  }

  /** Takes the settings of an address. */
  load(search: string): void {
    this.#take(search);
    this.#changed(this.query);
  }

  #take(search: string): void {
    this.write(valuesOf(search));
    const strangers = strangersIn(search);
    byId('strangers').hidden = strangers.length === 0;
    byId('strangers').textContent =
      `The address has settings that this page does not know: ${strangers.join(', ')}.`;
  }

  /** Says what is wrong with fields, or how many networks the settings train. */
  async #check(): Promise<void> {
    const wrong = this.#wrong();
    for (const control of this.#controls()) this.#mark(control, wrong.get(control.name));
    const said = byId('networks');
    if (wrong.size > 0) {
      said.textContent = '';
      return;
    }
    const { query } = this;
    // Of a worker that cannot be asked, the start of a run tells.
    const found = await this.#networksIn(query).catch(() => undefined);
    // Or somebody has typed on.
    if (!found || query !== this.query) return;
    said.textContent = found.text;
    said.classList.toggle('bad', found.wrong !== undefined);
    const name = found.wrong === 'seeds' ? 'seed' : found.wrong;
    const control = this.#controls().find((one) => one.name === name);
    if (control) this.#mark(control, found.text);
  }

  /** What is wrong with which fields, of those that can be seen. */
  #wrong(): Map<string, string> {
    const { optimizer } = this.read();
    return new Map(
      this.#controls().flatMap((control) => {
        const hidden = control.closest('[hidden]') || !applies(control.name, optimizer);
        const why = hidden
          ? undefined
          : (this.#odd.get(control.name) ?? problemOf(control.name, control.value));
        return why === undefined ? [] : [[control.name, why] as const];
      }),
    );
  }

  /** Shows under a field what is wrong with it. */
  #mark(control: HTMLInputElement | HTMLSelectElement, why: string | undefined): void {
    const id = `wrong-${control.name}`;
    const place = document.getElementById(id);
    if (why === undefined) {
      place?.remove();
      control.removeAttribute('aria-invalid');
      return;
    }
    control.setAttribute('aria-invalid', 'true');
    if (place) place.textContent = why;
    else control.after(make('span', { class: 'wrong', id }, why));
  }

  /**
   * Leads to the first field that is wrong.
   *
   * @returns whether there is none
   */
  settled(): boolean {
    const wrong = this.#wrong();
    const control = this.#controls().find(({ name }) => wrong.has(name));
    if (!control) return true;
    control.closest('details')?.setAttribute('open', '');
    control.focus();
    return false;
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
