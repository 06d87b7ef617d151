import type { LossKind } from '../../../nn/losses.ts';
import { make } from '../dom.ts';
import { shareText } from './pictures.ts';

/** A class's name, which is nobody's text to translate. */
export const classText = (name: string): HTMLElement =>
  make('span', { class: 'class-name', translate: 'no' }, name);

/** A line for each class: its name, a bar, its share by a network of this loss. `marks` gives lines a class. */
export function showShares(
  list: Element,
  shares: readonly number[],
  loss: LossKind,
  nameOf: (label: number) => string,
  marks: Readonly<Record<number, string>> = {},
): void {
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
