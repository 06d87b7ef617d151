import type { NetworkCounts, WrongSetting } from '../../worker/networks-in.ts';
import { byId } from '../dom.ts';
import { mark } from './field-marks.ts';
import { problemOf } from './field-rules.ts';
import { controlsOf, type Odd, readFields } from './form-fields.ts';
import { networksText } from './networks-text.ts';
import { applies, queryOf } from './settings-values.ts';

/** Asks the worker: it knows what settings mean; see ../worker/networks-in.ts. */
export type NetworksIn = (query: string) => Promise<NetworkCounts | WrongSetting>;

/** What is wrong with the form's settings, and how many networks they train. */
export class FormProblems {
  readonly #form: HTMLFormElement;
  readonly #networksIn: NetworksIn;
  readonly #changed: () => void;
  /** What the worker finds wrong in a query that it was asked about last. */
  #found: { readonly query: string; readonly wrong: string } | undefined;
  /** Called when no setting is wrong any more. */
  #onRight: (() => void) | undefined;
  /** Names of what was wrong when it was told of last. */
  #told = '';
  /** What the address gave fields that they cannot hold. */
  odd: Odd = new Map();

  /**
   * @param networksIn says what a query trains
   * @param changed called when other settings are wrong than before, or none any more, by what the worker finds
   */
  constructor(form: HTMLFormElement, networksIn: NetworksIn, changed: () => void) {
    this.#form = form;
    this.#networksIn = networksIn;
    this.#changed = changed;
  }

  /** Names of the fields that are wrong, those that the worker has found, too. */
  names(): string[] {
    const found = this.#found?.query === this.#query() ? [this.#found.wrong] : [];
    return [...new Set([...this.#wrong().keys(), ...found])];
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
    const names = this.names().join();
    if (names === this.#told) return;
    this.#told = names;
    this.#changed();
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
        const isHidden = control.closest('[hidden]') !== null;
        const problem = applies(control.name, values)
          ? problemOf(control.name, control.value)
          : undefined;
        const why = isHidden ? undefined : (this.odd.get(control.name)?.() ?? problem);
        return why === undefined ? [] : [[control.name, why] as const];
      }),
    );
  }
}
