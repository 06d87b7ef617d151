import type { TablePreview } from '../../worker/own-facts.ts';
import { make } from '../dom.ts';
import { whole } from '../numbers.ts';
import { say } from '../words/words.ts';

/** Columns that are named: the others are alike. */
const LISTED = 8;
/** Characters of a text that are shown. */
const SHOWN = 24;

/** The columns that are taken as numbers in spite of texts in them. */
export const takenAsNumbers = ({ columns }: Pick<TablePreview, 'columns'>): number[] =>
  columns.flatMap(({ kind, slips }, i) => (slips && kind === 'number' ? [i] : []));

/**
 * What is said of columns of numbers that have texts in them, and what can be done: a list, or nothing without any.
 *
 * @param take called to take a column as numbers, its texts as missing values; or as texts again
 */
export function slipsList(
  { columns }: Pick<TablePreview, 'columns'>,
  take: (column: number, isNumber: boolean) => void,
): HTMLElement[] {
  const all = columns.flatMap(({ name, kind, slips }, i) =>
    slips ? [{ i, name, slips, isNumber: kind === 'number' }] : [],
  );
  if (all.length === 0) return [];
  const items = all.slice(0, LISTED).map(({ i, name, slips, isNumber }) => {
    const values = {
      ...{ name, numbers: whole(slips.numbers), all: whole(slips.numbers + slips.texts) },
      ...{ row: whole(slips.row), text: slips.text.slice(0, SHOWN), count: whole(slips.texts) },
    };
    const text = isNumber
      ? say(
          '{name}: {numbers} of {all} values are numbers. The others ({count}), such as “{text}” in row {row}, count as missing.',
          values,
        )
      : say(
          '{name}: {numbers} of {all} values are numbers, but row {row} has “{text}”. So all are taken as texts.',
          values,
        );
    const button = make(
      'button',
      {
        type: 'button',
        class: 'small',
        'data-column': String(i),
        'aria-label': isNumber
          ? say('Take {name} as texts', { name })
          : say('Take {name} as numbers', { name }),
        click: () => take(i, !isNumber),
      },
      isNumber ? say('Take it as texts') : say('Take it as numbers, such values as missing'),
    );
    return make('li', { translate: 'no' }, text, ' ', button);
  });
  return [make('ul', { class: 'slips' }, ...items)];
}
