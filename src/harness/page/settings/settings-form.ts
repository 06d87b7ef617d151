import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';
import { rateDefaults, type ScheduleName } from '../../tasks/schedule-facts.ts';
import { byId } from '../dom.ts';
import { onLanguage, put, sayOf } from '../words/words.ts';
import { addressOf, addressText } from './address.ts';
import { controlsOf, readFields, writeFields } from './form-fields.ts';
import { fillLists } from './form-lists.ts';
import { FormProblems, type NetworksIn } from './form-problems.ts';
import { PaperRecipe } from './paper-recipe.ts';
import { applies, defaultsOf, fitsTable, queryOf, type Values } from './settings-values.ts';

/** The form of harness.html. */
export class SettingsForm {
  readonly #form: HTMLFormElement;
  readonly #changed: (query: string) => void;
  readonly #problems: FormProblems;
  readonly #recipe = new PaperRecipe((recipe) => {
    const values = this.read();
    this.write({ ...values, ...recipe(values.model) });
  });

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
    this.#problems = new FormProblems(form, networksIn, () => changed(this.query));
    fillLists(form);
    this.#take(search);
    onLanguage(() => {
      fillLists(form);
      this.#adapt();
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
      if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) {
        this.#problems.odd.delete(target.name);
      }
      void this.#problems.check();
      this.#compare();
    });
  }

  get query(): string {
    return queryOf(this.read());
  }

  read(): Values {
    return readFields(this.#form);
  }

  write(values: Values): void {
    this.#problems.odd = writeFields(this.#form, values);
    this.#adapt();
  }

  /** Sets one field, as if somebody had typed into it, and leads to it. */
  set(name: string, text: string): void {
    const control = controlsOf(this.#form).find((one) => one.name === name);
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
    this.write(addressOf(search).values);
    byId('strangers').hidden = addressText(search) === '';
    put(byId('strangers'), () => addressText(search));
  }

  /** Names of the fields that are wrong, those that the worker has found, too. */
  get wrongNames(): readonly string[] {
    return this.#problems.names();
  }

  /**
   * Leads to the first field that is wrong.
   *
   * @param onRight called once all are right, if one is wrong now
   * @returns its name; undefined if there is none
   */
  wrong(onRight?: () => void): string | undefined {
    return this.#problems.wrong(onRight);
  }

  /** Shows the options that the optimizer, the schedule and the network have. */
  #adapt(): void {
    void this.#problems.check();
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
    const isTable = values.data === 'own' && this.#form.dataset.own === 'rows';
    for (const { name } of controlsOf(this.#form)) {
      const part = this.#form.querySelector<HTMLElement>(`[data-pictured]:has([name="${name}"])`);
      if (part && isTable && !fitsTable(name, values[name])) part.hidden = true;
      else if (part && part.dataset.of === undefined) part.hidden = false;
    }
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
    this.#compare();
  }

  /** Says in what the settings are not the paper's, but of those that are wrong. */
  #compare(): void {
    const values = this.read();
    this.#recipe.compare(values, this.#problems.names());
  }
}
