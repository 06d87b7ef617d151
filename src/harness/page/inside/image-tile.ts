import type { TestFacts } from '../../insides.ts';
import { make } from '../dom.ts';
import { whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { classText } from './class-bars.ts';
import { type barColours, drawBars, drawImage, shareText } from './pictures.ts';
import type { Tested } from './tested.ts';

/** Classes that a tile's title has. */
const TOLD = 5;

/** A test image on the page. */
export interface Tile {
  readonly element: HTMLElement;
  /** Paints its bars, in the colours of a scheme. */
  paint(colours: ReturnType<typeof barColours>): void;
}

/**
 * A test image with a bar for each class, and what the network says.
 *
 * @param index its number among the test images, from 0
 * @param image its bytes; empty if it is a row of a table
 * @param enlarge called if it is clicked
 */
export function tileOf(
  tested: Tested,
  facts: TestFacts,
  index: number,
  image: Uint8Array,
  enlarge: () => void,
): Tile {
  const shares = tested.sharesOf(index);
  const [truth, said] = [tested.labels[index], tested.said[index]];
  const names = [tested.nameOf(truth), tested.nameOf(said)] as const;
  const bars = make('canvas', {
    class: 'shares',
    width: '84',
    height: '24',
    'aria-hidden': 'true',
  });
  const picture = make('canvas', { class: 'picture', 'aria-hidden': 'true' });
  if (image.length > 0) drawImage(picture, image, facts);
  const [right, wrong] = names;
  const label = say('Enlarge test image {number}, {name}', {
    number: whole(index + 1),
    name: right,
  });
  const choose = make('button', { type: 'button', 'aria-label': label, click: enlarge }, picture);
  const best = shares
    .map((share, c) => ({ share, name: tested.nameOf(c) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, TOLD);
  const title = best
    .map(({ share, name }) => `${name} ${shareText(share, tested.loss)}`)
    .join('\n');
  const verdict = make('span', { class: said === truth ? 'good' : 'bad' }, classText(wrong));
  const but = said === truth ? '' : say('is: {name}', { name: right });
  const help = make('span', { class: 'help', translate: 'no' }, but);
  return {
    element: make('li', { title }, choose, bars, verdict, help),
    paint: (colours) => drawBars(bars, shares, truth, colours),
  };
}
