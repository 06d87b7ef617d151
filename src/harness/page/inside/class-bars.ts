import type { LossKind } from '../../../nn/losses.ts';
import { LOSSES } from '../../tasks/choice-facts.ts';
import { make } from '../dom.ts';
import { say } from '../words/words.ts';
import { shareText } from './pictures.ts';

/** A class's name, which is nobody's text to translate. */
export const classText = (name: string): HTMLElement =>
  make('span', { class: 'class-name', translate: 'no' }, name);

/** What the numbers of classes are called: probabilities only if a softmax makes them. */
export const sharesTitle = (loss: LossKind): string =>
  LOSSES[loss].logits ? say('Probability of each class') : say('Output for each class');

/** {@link sharesTitle} as a sentence, and why outputs are no probabilities. */
export const sharesText = (loss: LossKind): string =>
  LOSSES[loss].logits
    ? `${sharesTitle(loss)}.`
    : say(
        'Output for each class. With the mean squared error, outputs are no probabilities and need not sum to 1.',
      );

/** A line for each class: its name, a bar, its share by a network of this loss. `marks` gives lines a class. */
export function showShares(
  list: Element,
  shares: readonly number[],
  loss: LossKind,
  nameOf: (label: number) => string,
  marks: Readonly<Record<number, string>> = {},
): void {
  list.setAttribute('aria-label', sharesTitle(loss));
  list.replaceChildren(
    ...shares.map((share, label) => {
      const bar = make('span', { class: 'bar' });
      bar.style.setProperty('--share', String(share));
      const mark = marks[label];
      return make(
        'li',
        mark === undefined ? {} : { class: mark },
        classText(nameOf(label)),
        bar,
        shareText(share, loss),
      );
    }),
  );
}
