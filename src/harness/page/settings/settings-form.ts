import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';
import { isPapers, paperDifferences, TABLE_RECIPE } from '../../tasks/paper-differences.ts';
import { rateDefaults, type ScheduleName } from '../../tasks/schedule-facts.ts';
import type { NetworkCounts, WrongSetting } from '../../worker/networks-in.ts';
import { byId, make } from '../dom.ts';
import { onLanguage, put, say, sayOf } from '../words/words.ts';
import { problemOf, tidied } from './field-rules.ts';
import { fillLists } from './form-lists.ts';
import { networksText } from './networks-text.ts';
import {
  applies,
  defaultsOf,
  queryOf,
  strangersIn,
  type Values,
  valuesOf,
} from './settings-values.ts';

/** Asks the worker: it knows what settings mean; see ../worker/networks-in.ts. */
type NetworksIn = (query: string) => Promise<NetworkCounts | WrongSetting>;

/** The form of harness.html. */
export class SettingsForm {
  readonly #form: HTMLFormElement;
  readonly #changed: (query: string) => void;
  readonly #networksIn: NetworksIn;
  /** Gives Table I's recipe, and shows whether it is given. */
  readonly #recipe = byId('table-recipe', HTMLInputElement);
  /** What the worker finds wrong in a query that it was asked about last. */
  #found: { readonly query: string; readonly wrong: string } | undefined;
  /** What the address gave lists that they do not have, in words. */
  readonly #odd = new Map<string, () => string>();
  /** Called when no setting is wrong any more. */
  #onRight: (() => void) | undefined;

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
    fillLists(form);
    this.#take(search);
    onLanguage(() => {
      fillLists(form);
      this.#adapt();
    });
    this.#recipe.addEventListener('change', () => {
      const usual = defaultsOf(this.read().model);
      const recipe = this.#recipe.checked ? TABLE_RECIPE : usual;
      this.write({ ...this.read(), loss: recipe.loss, normalize: recipe.normalize });
    });
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement && target.name === 'model') {
        const { data, seed, side, colour } = this.read();
        this.write({ ...defaultsOf(target.value), data, seed, side, colour });
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
    // A network of texts has no augmentation: nothing is chosen then.
    const shown = known || value === '' ? value : (defaultsOf('2')[list.name] ?? '');
    list.value = shown;
    if (known || value === '') return;
    this.#odd.set(list.name, () =>
      say('The address asks for “{value}”, which is no choice. Shown is {shown}.', {
        value,
        shown: list.selectedOptions[0]?.text ?? shown,
      }),
    );
  }

  /** Sets one field, as if somebody had typed into it, and leads to it. */
  set(name: string, text: string): void {
    const control = this.#controls().find((one) => one.name === name);
    if (!control) return;
    control.value = text;
    control.dispatchEvent(new Event('change', { bubbles: true }));
    control.focus();
  }

  /** Takes the settings of an address. */
  load(search: string): void {
    this.#take(search);
    // Others follow the form, too: it tells `changed` of this.
    this.#form.dispatchEvent(new Event('change'));
  }

  #take(search: string): void {
    this.write(valuesOf(search));
    const strangers = strangersIn(search);
    byId('strangers').hidden = strangers.length === 0;
    put(byId('strangers'), () =>
      say('The address has settings that this page does not know: {names}.', {
        names: strangers.join(', '),
      }),
    );
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
    const wrongOne = 'wrong' in found ? found.wrong : undefined;
    if (wrongOne === undefined) {
      this.#onRight?.();
      this.#onRight = undefined;
    }
    said.textContent = networksText(found);
    said.classList.toggle('bad', wrongOne !== undefined);
    const name = wrongOne === 'seeds' ? 'seed' : wrongOne;
    this.#found = name ? { query, wrong: name } : undefined;
    const control = this.#controls().find((one) => one.name === name);
    if (control) this.#mark(control, networksText(found));
  }

  /** What is wrong with which fields, of those that can be seen. */
  #wrong(): Map<string, string> {
    const values = this.read();
    return new Map(
      this.#controls().flatMap((control) => {
        const hidden = control.closest('[hidden]') || !applies(control.name, values);
        const why = hidden
          ? undefined
          : (this.#odd.get(control.name)?.() ?? problemOf(control.name, control.value));
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
   * Leads to the first field that is wrong, also of those that the worker found.
   *
   * @param onRight called once all are right, if one is wrong now
   * @returns whether there is none
   */
  settled(onRight?: () => void): boolean {
    const wrong = this.#wrong();
    // A combination is the worker's to judge.
    const found = this.#found?.query === this.query ? this.#found.wrong : undefined;
    const control = this.#controls().find(({ name }) => wrong.has(name) || name === found);
    this.#onRight = control && onRight;
    if (!control) return true;
    control.closest('details')?.setAttribute('open', '');
    control.focus();
    return false;
  }

  /** Shows the options that the optimizer, the schedule and the network have. */
  #adapt(): void {
    void this.#check();
    const values = this.read();
    const network = factsNamed(values.model);
    byId('about').textContent = sayOf(network.about);
    const show = (selector: string, shown: (part: HTMLElement) => boolean): void => {
      for (const part of this.#form.querySelectorAll<HTMLElement>(selector)) {
        part.hidden = !shown(part);
      }
    };
    show('[data-option]', ({ dataset }) => applies(dataset.option ?? '', values));
    // Only perceptrons have widths.
    show('[data-widths]', () => widthsOf(network) !== undefined);
    show('[data-of]', ({ dataset }) => dataset.of === network.data);
    for (const [name, usual] of Object.entries(rateDefaults(values.schedule as ScheduleName))) {
      const field = this.#form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.placeholder = String(usual);
    }
    const loss = this.#form.elements.namedItem('loss');
    if (loss instanceof HTMLSelectElement) {
      // An autoencoder's target is its own input, that of a text the next character.
      loss.disabled = network.data === 'text' || network.target === 'input';
      if (loss.disabled) loss.value = network.loss;
    }
    this.#compare(values);
  }

  /** Says in what the settings are not the paper's. */
  #compare(values: Values): void {
    const known = isPapers(values.model);
    byId('recipe').hidden = !known;
    byId('paper-differences').hidden = !known;
    if (!known) return;
    const { loss, normalize } = TABLE_RECIPE;
    this.#recipe.checked = values.loss === loss && values.normalize === normalize;
    const all = paperDifferences(values);
    const differences = all.map((one) =>
      say('{setting} {now} instead of {paper}', {
        setting: sayOf(one.setting),
        now: sayOf(one.now),
        paper: sayOf(one.paper),
      }),
    );
    byId('paper-differences').textContent =
      differences.length === 0
        ? say('As in the paper’s text.')
        : say('Differs from the paper’s text: {differences}.', {
            differences: differences.join(', '),
          });
  }
}
