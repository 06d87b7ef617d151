import type { TableChoice } from '../../own/table.ts';
import type { OwnFacts, TablePreview } from '../../worker/own-facts.ts';
import { openDialog } from '../dialog.ts';
import { make } from '../dom.ts';
import { errorText } from '../error-words.ts';
import { counted, whole } from '../numbers.ts';
import { said } from '../words/said.ts';
import { put, redrawn, say } from '../words/words.ts';
import { keepChoice, keepNumbers, keptChoice, keptNumbers } from './kept-choices.ts';
import { leftOut } from './left-out.ts';
import type { AskOwn } from './own-calls.ts';
import { slipsList } from './slips-list.ts';

/** Shows a table's first rows, and asks what to learn from it. @returns nothing if it was closed */
export async function openTable(
  ask: AskOwn,
  name: string,
  file: Blob,
): Promise<OwnFacts | undefined> {
  let preview = await ask('lookAtTable', name, file);
  const kept = keptNumbers(preview.columns);
  if (kept.length > 0) {
    void ask('forgetTable', preview.id);
    preview = await ask('lookAtTable', name, file, undefined, kept);
  }
  let facts: OwnFacts | undefined;
  const body = make('div', { class: 'body' });
  const wrong = make('p', { class: 'wrong', role: 'alert' });
  const { element, closed } = openDialog(
    {
      title: () => say('Learn from {file}', { file: name.slice(0, 80) }),
      kind: 'card data-dialog',
    },
    body,
    wrong,
  );
  const form = new TableForm(body, async (named, numbers) => {
    put(wrong, () => '');
    try {
      const other = await ask('lookAtTable', name, file, named, numbers);
      const unused = element.open ? preview : other;
      void ask('forgetTable', unused.id);
      if (!element.open) return;
      preview = other;
      form.draw(preview);
    } catch (error) {
      put(wrong, () => errorText(error));
    }
  });
  form.draw(preview);
  const learn = async (): Promise<void> => {
    put(wrong, () => '');
    try {
      const { choice } = form;
      facts = await ask('useTable', preview.id, choice);
      keepChoice(preview.columns, choice);
      keepNumbers(preview.columns, asNumbers(preview));
      element.close();
    } catch (error) {
      put(wrong, () => `${errorText(error)}.`);
    }
  };
  element.append(
    make(
      'div',
      { class: 'actions' },
      said('button', { type: 'button', class: 'primary', click: () => void learn() }, () =>
        say('Learn from it'),
      ),
      said('button', { type: 'button', click: () => element.close() }, () => say('Cancel')),
    ),
  );
  await closed;
  void ask('forgetTable', preview.id);
  return facts;
}

/** The columns that are taken as numbers in spite of texts in them. */
const asNumbers = ({ columns }: TablePreview): number[] =>
  columns.flatMap(({ kind, slips }, i) => (slips && kind === 'number' ? [i] : []));

/** Reads the table again. */
type Reread = (named: boolean, numbers: readonly number[]) => Promise<void>;

/** What is chosen of a table. */
class TableForm {
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

  get choice(): TableChoice {
    return {
      ...{ target: this.#target, learn: this.#learn, missing: this.#missing },
      from: [...this.#from].filter((i) => i !== this.#target),
    };
  }

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
    const target = columns[this.#target];
    const gaps = columns.some(({ missing }, i) => missing > 0 && this.#from.has(i));
    this.#body.replaceChildren(
      make('p', {}, `${counted(count, 'row')}, ${counted(columns.length, 'column')}`),
      make(
        'div',
        { class: 'choices' },
        field(
          say('Column to learn'),
          choiceOf(
            columns.map(({ name }, i) => [String(i), name]),
            String(this.#target),
            (value) => {
              this.#choose(Number(value));
              this.#show();
            },
          ),
        ),
        field(
          say('Learn it as'),
          choiceOf(
            [
              ['class', say('a class')],
              ...(target?.kind === 'number' ? [['number', say('a number')] as const] : []),
            ],
            this.#learn,
            (value) => {
              this.#learn = value === 'class' ? 'class' : 'number';
              this.#show();
            },
          ),
        ),
        ...(gaps
          ? [
              field(
                say('Missing values'),
                choiceOf(
                  [
                    ['leave-out', say('leave the row out')],
                    ['mean', say('take the mean')],
                  ],
                  this.#missing,
                  (value) => {
                    this.#missing = value === 'mean' ? 'mean' : 'leave-out';
                    this.#tellCost();
                  },
                ),
              ),
            ]
          : []),
        make(
          'label',
          { class: 'check' },
          make('input', {
            type: 'checkbox',
            checked: preview.named,
            change: ({ target: box }) =>
              void this.#reread(box instanceof HTMLInputElement && box.checked, []),
          }),
          say('The first line has the names'),
        ),
      ),
      this.#cost,
      ...slipsList(preview, (column, isNumber) => {
        const others = asNumbers(preview).filter((i) => i !== column);
        void this.#reread(preview.named, isNumber ? [...others, column] : others).then(() =>
          // It was drawn anew.
          this.#body.querySelector<HTMLElement>(`.slips [data-column="${column}"]`)?.focus(),
        );
      }),
      this.#table(preview),
      make(
        'p',
        { class: 'help' },
        `${say(
          'Numbers are standardised with the mean and the deviation of the training rows; of a column of categories, each becomes an input.',
        )} ${
          this.#learn === 'class'
            ? say('A fifth of the rows, of each class its share, is held out to test on.')
            : say('A fifth of the rows is held out to test on.')
        }`,
      ),
    );
    this.#tellCost();
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

  #table({ columns, rows }: TablePreview): HTMLElement {
    const heads = columns.map((column, i) => {
      const { name, kind, missing, distinct } = column;
      const isTarget = i === this.#target;
      const usable = kind === 'number' || kind === 'category';
      const box = make('input', {
        type: 'checkbox',
        checked: this.#from.has(i) && !isTarget,
        disabled: !usable || isTarget,
        'aria-label': say('Learn from {name}', { name }),
        change: () => {
          if (this.#from.has(i)) this.#from.delete(i);
          else this.#from.add(i);
          this.#tellCost();
        },
      });
      const facts = [
        isTarget ? say('learned') : kindText(kind, distinct),
        ...(missing > 0 ? [say('{count} missing', { count: whole(missing) })] : []),
      ];
      return make(
        'th',
        { scope: 'col', ...(isTarget ? { class: 'target' } : {}) },
        make('label', { class: 'check', translate: 'no' }, box, name),
        make('span', { class: 'help' }, facts.join(', ')),
      );
    });
    const body = rows.map((row) =>
      make('tr', { translate: 'no' }, ...row.map((text) => make('td', {}, text))),
    );
    return make(
      'section',
      { class: 'scroll', tabindex: '0', 'aria-label': say('First rows') },
      make(
        'table',
        { class: 'preview' },
        make('thead', {}, make('tr', {}, ...heads)),
        make('tbody', {}, ...body),
      ),
    );
  }
}

function kindText(kind: string, distinct: number): string {
  if (kind === 'number') return say('numbers');
  if (kind === 'category') return counted(distinct, 'value');
  if (kind === 'constant') return say('always the same: left out');
  return say('too many different texts: left out');
}

const field = (label: string, list: HTMLElement): HTMLElement => make('label', {}, label, list);

function choiceOf(
  choices: readonly (readonly [value: string, text: string])[],
  chosen: string,
  change: (value: string) => void,
): HTMLSelectElement {
  const list = make('select', { change: () => change(list.value) });
  list.append(...choices.map(([value, text]) => new Option(text, value, false, value === chosen)));
  return list;
}
