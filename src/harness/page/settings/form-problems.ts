import type { NetworkCounts, WrongSetting } from '../../worker/networks-in.ts';
import { byId, make } from '../dom.ts';
import { problemOf } from './field-rules.ts';
import { type Control, controlsOf, type Odd, readFields } from './form-fields.ts';
import { networksText } from './networks-text.ts';
import { applies, queryOf } from './settings-values.ts';

/** Asks the worker: it knows what settings mean; see ../worker/networks-in.ts. */
export type NetworksIn = (query: string) => Promise<NetworkCounts | WrongSetting>;

/** What is wrong with the form's settings, and how many networks they train. */
export class FormProblems {
  readonly #form: HTMLFormElement;
  readonly #networksIn: NetworksIn;
  /** What the worker finds wrong in a query that it was asked about last. */
  #found: { readonly query: string; readonly wrong: string } | undefined;
  /** Called when no setting is wrong any more. */
  #onRight: (() => void) | undefined;
  /** What the address gave lists that they do not have. */
  odd: Odd = new Map();

  /** @param networksIn says what a query trains */
  constructor(form: HTMLFormElement, networksIn: NetworksIn) {
    this.#form = form;
    this.#networksIn = networksIn;
  }

  /** Says what is wrong with fields, or how many networks the settings train. */
  async check(): Promise<void> {
    const wrong = this.#wrong();
    const controls = controlsOf(this.#form);
    for (const control of controls) mark(control, wrong.get(control.name));
    const said = byId('networks');
    if (wrong.size > 0) {
      said.textContent = '';
      return;
    }
    const query = this.#query();
    // Of a worker that cannot be asked, the start of a run tells.
    const found = await this.#networksIn(query).catch(() => undefined);
    // Or somebody has typed on.
    if (!found || query !== this.#query()) return;
    const wrongOne = 'wrong' in found ? found.wrong : undefined;
    if (wrongOne === undefined) {
      this.#onRight?.();
      this.#onRight = undefined;
    }
    said.textContent = networksText(found);
    said.classList.toggle('bad', wrongOne !== undefined);
    const name = wrongOne === 'seeds' ? 'seed' : wrongOne;
    this.#found = name ? { query, wrong: name } : undefined;
    const control = controls.find((one) => one.name === name);
    if (control) mark(control, networksText(found));
  }

  /**
   * Leads to the first field that is wrong, also of those that the worker found.
   *
   * @param onRight called once all are right, if one is wrong now
   * @returns its name; undefined if there is none
   */
  wrong(onRight?: () => void): string | undefined {
    const wrong = this.#wrong();
    // A combination is the worker's to judge.
    const found = this.#found?.query === this.#query() ? this.#found.wrong : undefined;
    const control = controlsOf(this.#form).find(({ name }) => wrong.has(name) || name === found);
    this.#onRight = control && onRight;
    if (!control) return undefined;
    control.closest('details')?.setAttribute('open', '');
    control.focus();
    return control.name;
  }

  #query(): string {
    return queryOf(readFields(this.#form));
  }

  /** What is wrong with which fields, of those that can be seen. */
  #wrong(): Map<string, string> {
    const values = readFields(this.#form);
    return new Map(
      controlsOf(this.#form).flatMap((control) => {
        const hidden = control.closest('[hidden]') || !applies(control.name, values);
        const why = hidden
          ? undefined
          : (this.odd.get(control.name)?.() ?? problemOf(control.name, control.value));
        return why === undefined ? [] : [[control.name, why] as const];
      }),
    );
  }
}

/** Shows under a field what is wrong with it. */
function mark(control: Control, why: string | undefined): void {
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
