import type { TableChoice } from '../../own/table.ts';
import type { TablePreview } from '../../worker/own-facts.ts';
import { make } from '../dom.ts';
import { counted, whole } from '../numbers.ts';
import { redrawn, say } from '../words/words.ts';
import { keptChoice } from './kept-choices.ts';
import { leftOut } from './left-out.ts';
import { slipsList, takenAsNumbers } from './slips-list.ts';
import { tablePreview } from './table-preview.ts';

/**
 * Reads the table again.
 *
 * @param named whether its first line has the names of the columns
 * @param numbers columns that hold numbers: a text in them is a missing value
 */
export type Reread = (named: boolean, numbers: readonly number[]) => Promise<void>;

/** The form of a table: which column is learned, as what, and from which others. */
export class TableForm {
  readonly #body: HTMLElement;
  readonly #reread: Reread;
  #preview: TablePreview | undefined;
  #target = 0;
  #learn: TableChoice['learn'] = 'class';
  #missing: TableChoice['missing'] = 'leave-out';
  #from = new Set<number>();
  readonly #cost = make('p', { role: 'status' });

  constructor(body: HTMLElement, reread: Reread) {
    this.#body = body;
    this.#reread = reread;
  }

  /** What is chosen now. */
  get choice(): TableChoice {
    return {
      ...{ target: this.#target, learn: this.#learn, missing: this.#missing },
      from: [...this.#from].filter((i) => i !== this.#target),
    };
  }

  /** Shows a table, with what was chosen of such a table before, or else is likely. */
  draw(preview: TablePreview): void {
    this.#preview = preview;
    const before = keptChoice(preview.columns);
    this.#choose(before?.target ?? Math.max(0, preview.target));
    if (before) [this.#learn, this.#missing] = [before.learn, before.missing];
    this.#from = new Set(
      before?.from ??
        preview.columns.flatMap(({ kind }, i) =>
          ['number', 'category'].includes(kind) ? [i] : [],
        ),
    );
    redrawn(this.#body, () => this.#show());
  }

  #choose(target: number): void {
    this.#target = target;
    this.#learn = this.#preview?.columns[target]?.isClass ? 'class' : 'number';
  }

  #show(): void {
    const preview = this.#preview;
    if (!preview) return;
    const { columns, count } = preview;
    this.#body.replaceChildren(
      make('p', {}, `${counted(count, 'row')}, ${counted(columns.length, 'column')}`),
      make(
        'div',
        { class: 'choices' },
        this.#targetField(preview),
        this.#learnField(preview),
        ...this.#missingField(preview),
        this.#namedField(preview),
      ),
      this.#cost,
      ...this.#slips(preview),
      tablePreview(preview, { target: this.#target, from: this.#from }, (column) => {
        if (this.#from.has(column)) this.#from.delete(column);
        else this.#from.add(column);
        this.#tellCost();
      }),
      make('p', { class: 'help' }, this.#help()),
    );
    this.#tellCost();
  }

  #targetField({ columns }: TablePreview): HTMLElement {
    const choices = columns.map(({ name }, i) => [String(i), name] as const);
    return choiceField(say('Column to learn'), choices, String(this.#target), (value) => {
      this.#choose(Number(value));
      this.#show();
    });
  }

  #learnField({ columns }: TablePreview): HTMLElement {
    const isNumber = columns[this.#target]?.kind === 'number';
    const choices = [
      ['class', say('a class')] as const,
      ...(isNumber ? [['number', say('a number')] as const] : []),
    ];
    return choiceField(say('Learn it as'), choices, this.#learn, (value) => {
      this.#learn = value === 'class' ? 'class' : 'number';
      this.#show();
    });
  }

  /** What happens to missing values; nothing if there are none in the columns to learn from. */
  #missingField({ columns }: TablePreview): HTMLElement[] {
    if (!columns.some(({ missing }, i) => missing > 0 && this.#from.has(i))) return [];
    const choices = [
      ['leave-out', say('leave the row out')],
      ['mean', say('take the mean')],
    ] as const;
    const field = choiceField(say('Missing values'), choices, this.#missing, (value) => {
      this.#missing = value === 'mean' ? 'mean' : 'leave-out';
      this.#tellCost();
    });
    return [field];
  }

  #namedField({ named }: TablePreview): HTMLElement {
    const box = make('input', {
      type: 'checkbox',
      checked: named,
      change: ({ target }) =>
        void this.#reread(target instanceof HTMLInputElement && target.checked, []),
    });
    return make('label', { class: 'check' }, box, say('The first line has the names'));
  }

  #slips(preview: TablePreview): HTMLElement[] {
    return slipsList(preview, (column, isNumber) => {
      const others = takenAsNumbers(preview).filter((i) => i !== column);
      void this.#reread(preview.named, isNumber ? [...others, column] : others).then(() =>
        // It was drawn anew.
        this.#body.querySelector<HTMLElement>(`.slips [data-column="${column}"]`)?.focus(),
      );
    });
  }

  #help(): string {
    const inputs = say(
      'Numbers are standardised with the mean and the deviation of the training rows; of a column of categories, each becomes an input.',
    );
    const heldOut =
      this.#learn === 'class'
        ? say('A fifth of the rows, of each class its share, is held out to test on.')
        : say('A fifth of the rows is held out to test on.');
    return `${inputs} ${heldOut}`;
  }

  /** Says how many rows are left out. */
  #tellCost(): void {
    const { gaps = [], count = 0 } = this.#preview ?? {};
    const from = this.#missing === 'leave-out' ? this.#from : undefined;
    const lost = leftOut(gaps, this.#target, from);
    this.#cost.textContent =
      lost > 0
        ? say('Rows left out for missing values: {lost} of {count}.', {
            lost: whole(lost),
            count: whole(count),
          })
        : '';
  }
}

/** A list to choose from, with its label. */
function choiceField(
  label: string,
  choices: readonly (readonly [value: string, text: string])[],
  chosen: string,
  change: (value: string) => void,
): HTMLElement {
  const list = make('select', { change: () => change(list.value) });
  list.append(...choices.map(([value, text]) => new Option(text, value, false, value === chosen)));
  return make('label', {}, label, list);
}
