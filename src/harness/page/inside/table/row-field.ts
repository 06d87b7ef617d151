import type { UsedColumn } from '../../../own/table-text.ts';
import { make } from '../../dom.ts';
import { say } from '../../words/words.ts';
import {
  columnNumber,
  fieldValue,
  hasThousandsPoint,
  saidAgain,
  typedNumber,
} from './row-values.ts';

/** The field of a column. */
export interface RowField {
  readonly element: HTMLElement;
  /** Its value: a number, or the place of a category; NaN for nothing; undefined if it is wrong, which it then says. */
  read(): number | undefined;
  set(value: number): void;
  /** Says what it has in another language. */
  speak(): void;
  focus(): void;
}

let fields = 0;

/** @param changed called when somebody changes it */
export const rowField = (column: UsedColumn, changed: () => void): RowField =>
  'values' in column ? listField(column, changed) : numberField(column, changed);

type Numbers = Extract<UsedColumn, { readonly mean: number }>;
type Categories = Exclude<UsedColumn, Numbers>;

function listField({ name, values }: Categories, changed: () => void): RowField {
  const list = make('select', { translate: 'no', change: changed });
  const element = make(
    'label',
    { class: 'row-field' },
    make('span', { translate: 'no' }, name),
    list,
  );
  const read = (): number => (list.value === '' ? Number.NaN : Number(list.value));
  const set = (value: number): void => {
    list.replaceChildren(
      new Option(say('(none)'), ''),
      ...values.map((text, i) => new Option(text, String(i))),
    );
    list.value = Number.isNaN(value) ? '' : String(value);
  };
  return {
    element,
    read,
    set,
    speak: () => set(read()),
    focus: () => list.focus(),
  };
}

function numberField({ name, mean, comma }: Numbers, changed: () => void): RowField {
  const id = `row-problem-${fields++}`;
  const problem = make('span', { class: 'problem', id, role: 'status' });
  const input = make('input', {
    inputmode: 'decimal',
    autocomplete: 'off',
    'aria-describedby': id,
    input: changed,
  });
  const field = make('label', {}, make('span', { translate: 'no' }, name), input);
  /** The text that was set, and its number: no digit is lost. */
  let own = fieldValue(Number.NaN);
  const write = (value: typeof own): void => {
    own = value;
    input.value = value.text;
  };
  return {
    element: make('div', { class: 'row-field' }, field, problem),
    read: () => {
      const value = input.value === own.text ? own.value : typedNumber(input.value, comma);
      const isWrong = value === undefined;
      input.setAttribute('aria-invalid', String(isWrong));
      problem.classList.toggle('bad', isWrong);
      problem.textContent = isWrong
        ? say('“{given}” is no number. Give one such as {example}, or nothing for the mean.', {
            given: input.value.trim().slice(0, 24),
            example: columnNumber(Number(mean.toPrecision(3)), comma),
          })
        : hasThousandsPoint(input.value, comma)
          ? say('Read as {number}, since the table has decimal commas.', {
              number: String(value),
            })
          : '';
      return value;
    },
    set: (value) => write(fieldValue(value, comma)),
    speak: () => {
      const again = saidAgain(input.value, own, comma);
      if (again) write(again);
    },
    focus: () => input.focus(),
  };
}
