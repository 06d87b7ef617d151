import type { TablePreview } from '../../worker/own-facts.ts';
import { make } from '../dom.ts';
import { counted, whole } from '../numbers.ts';
import { say } from '../words/words.ts';

/** Which columns of a table are learned, and learned from. */
export interface ChosenColumns {
  readonly target: number;
  readonly from: ReadonlySet<number>;
}

/**
 * The first rows of a table. The head of each column says what it holds, and has a box: whether it is learned from.
 *
 * @param toggle called with a column whose box was changed
 */
export function tablePreview(
  { columns, rows }: Pick<TablePreview, 'columns' | 'rows'>,
  { target, from }: ChosenColumns,
  toggle: (column: number) => void,
): HTMLElement {
  const heads = columns.map(({ name, kind, missing, distinct }, i) => {
    const isTarget = i === target;
    const usable = kind === 'number' || kind === 'category';
    const box = make('input', {
      type: 'checkbox',
      checked: from.has(i) && !isTarget,
      disabled: !usable || isTarget,
      'aria-label': say('Learn from {name}', { name }),
      change: () => toggle(i),
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

function kindText(kind: string, distinct: number): string {
  if (kind === 'number') return say('numbers');
  if (kind === 'category') return counted(distinct, 'value');
  if (kind === 'constant') return say('always the same: left out');
  return say('too many different texts: left out');
}
