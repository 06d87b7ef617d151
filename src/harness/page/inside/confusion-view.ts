import { byId, make } from '../dom.ts';
import { whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { classText } from './class-bars.ts';

/** Rows that are made in one task, so that the page stays responsive. */
const ROWS = 12;

/** Classes up to which cells without images are buttons, too. */
const FEW = 20;

/** The confusion matrix as a table of buttons. */
export class ConfusionView {
  readonly #chosen: (truth: number, said: number) => void;
  #shown = 0;

  /** @param chosen called with a cell: the true class, and the one that was said */
  constructor(chosen: (truth: number, said: number) => void) {
    this.#chosen = chosen;
  }

  /** @param counts [classes][classes], rows are true classes */
  async show(classes: readonly string[], counts: readonly (readonly number[])[]): Promise<void> {
    const shown = ++this.#shown;
    const count = String(classes.length);
    const titles = make(
      'tr',
      {},
      make('td', { colspan: '2', rowspan: '2' }),
      make('th', { scope: 'colgroup', colspan: count, class: 'axis' }, say('predicted')),
    );
    const head = make(
      'tr',
      {},
      ...classes.map((name) => make('th', { scope: 'col' }, classText(name))),
    );
    const body = make('tbody');
    for (let truth = 0; truth < counts.length; truth++) {
      if (truth > 0 && truth % ROWS === 0) {
        await new Promise((resolve) => setTimeout(resolve));
        if (shown !== this.#shown) return;
      }
      const name = make('th', { scope: 'row' }, classText(classes[truth]));
      const title = make('span', {}, say('true'));
      const side = make('th', { scope: 'rowgroup', rowspan: count, class: 'axis' }, title);
      const begins = truth === 0 ? [side] : [];
      body.append(make('tr', {}, ...begins, name, ...this.#cells(classes, counts[truth], truth)));
    }
    byId('confusion').replaceChildren(make('thead', {}, titles, head), body);
  }

  #cells(classes: readonly string[], row: readonly number[], truth: number): HTMLElement[] {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, said) => {
      if (count === 0 && classes.length > FEW) return make('td', {}, '');
      const label = say('{count} of {truth} classified as {said}', {
        count: whole(count),
        truth: classes[truth],
        said: classes[said],
      });
      const button = make(
        'button',
        {
          type: 'button',
          class: truth === said ? 'right' : 'wrong',
          'aria-label': label,
          click: () => this.#chosen(truth, said),
        },
        String(count),
      );
      // Mistakes are few: the square root makes them visible beside the diagonal.
      button.style.setProperty('--share', String(Math.sqrt(total > 0 ? count / total : 0)));
      button.disabled = count === 0;
      return make('td', {}, button);
    });
  }
}
