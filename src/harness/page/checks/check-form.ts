/** The forms of the panels that verify and measure a GPU: what their fields may hold, checked while somebody types. */
import { make } from '../dom.ts';
import { mark } from '../settings/field-marks.ts';
import { quoted, type Rule, shown, whole } from '../settings/field-rules.ts';
import { onLanguage, say } from '../words/words.ts';

/** Largest side of a product that is measured. */
const LARGEST = 8192;

/** Sides of products, as the task has them. */
const sizesIn = (text: string): string => text.replaceAll(';', ',').replace(/\s/g, '');

const sizes: Rule = (text) => {
  const side = whole(1, LARGEST);
  const right =
    ['', 'auto'].includes(text) ||
    sizesIn(text)
      .split(',')
      .every((one) => !side(one));
  return right
    ? undefined
    : say(
        '{given} is not a list of sizes from 1 to {most} with commas between, such as 256,512, or nothing for those that suit the GPU.',
        { given: quoted(text), most: shown(LARGEST) },
      );
};

/** By the fields' names. A name to filter by is the task's to judge. */
const RULES: Readonly<Record<string, Rule>> = {
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  rounds: whole(1, 999),
  sizes,
};

/** What is wrong with a field's text; undefined if nothing is. */
export const checkProblem = (name: string, text: string): string | undefined =>
  RULES[name]?.(text.trim());

/** The options of `verify` that its form gives. */
export function verifyQuery(form: FormData): URLSearchParams {
  const entries = [...form].map(([name, value]) => [name, String(value).trim()]);
  return new URLSearchParams(entries.filter(([, value]) => value !== ''));
}

/** The options of `bench` that its form gives. */
export function benchQuery(form: FormData): URLSearchParams {
  const query = new URLSearchParams({
    only: form.getAll('part').join(','),
    quick: '',
    data: 'auto',
  });
  for (const name of ['sizes', 'rounds']) {
    const value = sizesIn(String(form.get(name) ?? ''));
    if (value !== '') query.set(name, value);
  }
  return query;
}

/** A form whose fields say what is wrong with them. */
export class CheckForm {
  readonly #form: HTMLFormElement;
  /** What a task has found wrong with a field, until it is changed. */
  readonly #found = new Map<string, () => string>();

  constructor(form: HTMLFormElement) {
    this.#form = form;
    form.addEventListener('input', ({ target }) => {
      if (target instanceof HTMLInputElement) this.#found.delete(target.name);
      this.check();
    });
    onLanguage(() => this.check());
  }

  get data(): FormData {
    return new FormData(this.#form);
  }

  get #fields(): HTMLInputElement[] {
    return [...this.#form.elements].filter((one) => one instanceof HTMLInputElement);
  }

  get #texts(): HTMLInputElement[] {
    return this.#fields.filter(({ type }) => type !== 'checkbox');
  }

  /** What there is to tick. */
  get #boxes(): HTMLInputElement[] {
    return this.#fields.filter(({ type }) => type === 'checkbox');
  }

  #problem({ name, value }: HTMLInputElement): string | undefined {
    return this.#found.get(name)?.() ?? checkProblem(name, value);
  }

  /** What is wrong with what is ticked; undefined if nothing is. */
  get #unticked(): string | undefined {
    const boxes = this.#boxes;
    if (boxes.length === 0 || boxes.some(({ checked }) => checked)) return undefined;
    return say('Choose what to measure.');
  }

  /** Says under the fields what is wrong. */
  check(): void {
    const { id } = this.#form;
    for (const field of this.#texts) mark(field, this.#problem(field), `wrong-${id}-${field.name}`);
    const why = this.#unticked;
    const place = `wrong-${id}-boxes`;
    document.getElementById(place)?.remove();
    for (const box of this.#boxes) {
      if (why === undefined) {
        for (const name of ['aria-invalid', 'aria-describedby']) box.removeAttribute(name);
      } else {
        box.setAttribute('aria-invalid', 'true');
        box.setAttribute('aria-describedby', place);
      }
    }
    if (why === undefined) return;
    this.#boxes
      .at(-1)
      ?.closest('label')
      ?.after(make('span', { class: 'wrong', id: place }, why));
  }

  /** Fills in what an address gives; which parts it names is not for boxes alone. */
  fill(query: URLSearchParams): void {
    for (const field of this.#texts) field.value = query.get(field.name) ?? field.value;
    const only = query.get('only')?.split(',') ?? [];
    if (!this.#boxes.some(({ value }) => only.includes(value))) return;
    for (const box of this.#boxes) box.checked = only.includes(box.value);
  }

  /** A task has found that a field cannot be so. */
  refuse(name: string, why: () => string): void {
    this.#found.set(name, why);
    this.check();
    this.#texts.find((field) => field.name === name)?.focus();
  }

  /**
   * Leads to the first field that is wrong.
   *
   * @param ticked whether something must be
   * @returns what is said of it; undefined if all are right
   */
  wrong(ticked: boolean): (() => string) | undefined {
    this.#found.clear();
    this.check();
    if (ticked && this.#unticked !== undefined) {
      this.#boxes[0]?.focus();
      return () => this.#unticked ?? '';
    }
    const field = this.#texts.find((one) => this.#problem(one) !== undefined);
    field?.focus();
    return field && (() => this.#problem(field) ?? '');
  }
}
