import { make } from '../dom.ts';
import { percent } from '../numbers.ts';

/** A class's name, which is nobody's text to translate. */
export const classText = (name: string): HTMLElement =>
  make('span', { class: 'class-name', translate: 'no' }, name);

/** A line for each class: its name, a bar, its share. `marks` gives lines a class. */
export function showShares(
  list: Element,
  shares: readonly number[],
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
        percent(share),
      );
    }),
  );
}
