import type { FarValue } from '../../../own/far.ts';
import type { RowAnswer } from '../../../worker/table-study.ts';
import { className } from '../../class-names.ts';
import { make } from '../../dom.ts';
import { put, say } from '../../words/words.ts';
import { asOf } from '../as-of.ts';
import { sharesText, showShares } from '../class-bars.ts';
import { largest, sharesOf } from '../pictures.ts';
import { farText } from './far-text.ts';
import type { TableNetwork } from './table-host.ts';
import { targetText } from './target-text.ts';

/** What a network says of a row: its class and the shares of all, or a number. */
export class RowAnswerView {
  readonly #verdict = make('p', { class: 'verdict', role: 'status', translate: 'no' });
  readonly #truth = make('p', { class: 'help' });
  /** What the bars are. */
  readonly #about = make('p', { class: 'help' });
  readonly #bars = make('ol', { class: 'bars row-bars' });
  readonly #time = make('p', { class: 'help' });
  /** What lies far outside of what it learned from. */
  readonly #far = make('p', { class: 'far', role: 'status', translate: 'no' });
  readonly element = make(
    'div',
    { class: 'row-answer' },
    this.#verdict,
    this.#truth,
    this.#about,
    this.#bars,
    this.#time,
    this.#far,
  );

  /** Says which values of the row are far outside of those that the network learned from. */
  far(values: readonly FarValue[]): void {
    put(this.#far, () => farText(values));
  }

  clear(): void {
    for (const text of [this.#verdict, this.#truth, this.#about, this.#time]) text.textContent = '';
    this.#bars.replaceChildren();
  }

  /** @param truth what the table says of the row: a class, or a number; undefined if it says nothing of it */
  show(
    { table, loss }: TableNetwork,
    { outputs, epochs }: RowAnswer,
    truth: number | undefined,
  ): void {
    this.#time.textContent = asOf(epochs);
    if (table.classes) {
      const { classes } = table;
      const nameOf = (label: number): string => className(classes, label);
      const shares = sharesOf(outputs, loss);
      const answer = largest(shares);
      this.#verdict.textContent = nameOf(answer);
      this.#truth.textContent =
        truth === undefined ? '' : say('The table says {truth}.', { truth: nameOf(truth) });
      this.#about.textContent = sharesText(loss);
      showShares(this.#bars, shares, loss, nameOf, truth === undefined ? {} : { [truth]: 'right' });
      return;
    }
    this.#about.textContent = '';
    this.#bars.replaceChildren();
    const text = targetText(table.target, table.scale ?? { deviation: 1 });
    const [value] = outputs;
    this.#verdict.textContent = `${text.name}: ${text.near(value)}`;
    this.#truth.textContent =
      truth === undefined
        ? ''
        : say('The table says {truth}: the error is {error}.', {
            truth: text.exact(truth),
            error: text.signed(value - truth),
          });
  }
}
