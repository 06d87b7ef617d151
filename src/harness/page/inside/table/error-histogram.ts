import { niceTicks } from '../../../../paper/axis.ts';
import { make } from '../../dom.ts';
import { whole } from '../../numbers.ts';
import { say } from '../../words/words.ts';
import { type ErrorRanges, rangesOf } from './errors.ts';
import type { ShownNumbers } from './shown-numbers.ts';
import type { TargetText } from './target-text.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** CSS pixels of the picture, and around its bars. */
const HEIGHT = 210;
const WIDTH = { least: 240, most: 640 } as const;
const EDGES = { left: 46, top: 10, right: 10, bottom: 42 } as const;

function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  text = '',
): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.textContent = text;
  return element;
}

/** How many rows have errors of which size: bars, and a table that says the same. */
export class ErrorHistogram {
  readonly element = make('div', { class: 'error-histogram' });
  #shown: ShownNumbers | undefined;
  #width = 0;

  constructor() {
    new ResizeObserver(() => {
      if (this.#wide !== this.#width) this.show(this.#shown);
    }).observe(this.element);
  }

  get #wide(): number {
    return Math.max(WIDTH.least, Math.min(WIDTH.most, this.element.clientWidth));
  }

  show(shown: ShownNumbers | undefined): void {
    this.#shown = shown;
    this.#width = this.#wide;
    const ranges = shown && rangesOf(shown.errors);
    if (!shown || !ranges) {
      this.element.replaceChildren();
      return;
    }
    const isOpen = this.element.querySelector('details')?.open ?? false;
    const details = make(
      'details',
      { open: isOpen },
      make('summary', {}, say('As a table')),
      make('div', { class: 'scroll', tabindex: '0' }, tableOf(ranges, shown)),
    );
    this.element.replaceChildren(pictureOf(ranges, shown, this.#width), details);
  }
}

/** An end of a range: a round number. */
const endText = ({ from, width }: ErrorRanges, i: number, text: TargetText): string =>
  text.round(Number((from + i * width).toPrecision(10)));

function pictureOf(
  ranges: ErrorRanges,
  { text, errors }: ShownNumbers,
  across: number,
): SVGElement {
  const { from, width, counts } = ranges;
  const most = Math.max(...counts);
  const bar = (across - EDGES.left - EDGES.right) / counts.length;
  const high = HEIGHT - EDGES.top - EDGES.bottom;
  const floor = EDGES.top + high;
  const label = say(
    'Errors of {count} rows, from {least} to {largest}. The same as a table below.',
    {
      count: whole(errors.length),
      least: endText(ranges, 0, text),
      largest: endText(ranges, counts.length, text),
    },
  );
  const picture = svg('svg', {
    viewBox: `0 0 ${across} ${HEIGHT}`,
    width: across,
    height: HEIGHT,
    role: 'img',
    'aria-label': label,
  });
  const write = (x: number, y: number, anchor: string, said: string, kind = ''): void => {
    picture.append(svg('text', { x, y, 'text-anchor': anchor, class: kind }, said));
  };
  for (const count of niceTicks(0, most, 3, 1).values) {
    const y = floor - (high * count) / most;
    picture.append(svg('line', { x1: EDGES.left, x2: across - EDGES.right, y1: y, y2: y }));
    write(EDGES.left - 6, y + 4, 'end', whole(count));
  }
  counts.forEach((count, i) => {
    const height = count === 0 ? 0 : Math.max(1, (high * count) / most);
    const place = { x: EDGES.left + i * bar + 0.5, y: floor - height };
    const one = svg('rect', { ...place, width: Math.max(1, bar - 1), height });
    one.append(
      svg(
        'title',
        {},
        `${endText(ranges, i, text)} … ${endText(ranges, i + 1, text)}: ${whole(count)}`,
      ),
    );
    picture.append(one);
  });
  const zero = EDGES.left + (-from / width) * bar;
  picture.append(svg('line', { x1: zero, x2: zero, y1: EDGES.top, y2: floor, class: 'zero' }));
  // The ends, 0, and what has room between them.
  const every = Math.max(1, Math.ceil(counts.length / 6));
  const offset = Math.round(-from / width) % every;
  for (let i = offset; i <= counts.length; i += every) {
    write(EDGES.left + i * bar, floor + 16, 'middle', endText(ranges, i, text));
  }
  const unit = text.unit === '' ? '' : ` (${text.unit})`;
  const middle = EDGES.left + (across - EDGES.left - EDGES.right) / 2;
  write(middle, HEIGHT - 6, 'middle', `${say('error: predicted − true')}${unit}`, 'name');
  picture.append(
    svg(
      'text',
      {
        transform: `translate(11 ${EDGES.top + high / 2}) rotate(-90)`,
        'text-anchor': 'middle',
        class: 'name',
      },
      say('rows'),
    ),
  );
  return picture;
}

function tableOf(ranges: ErrorRanges, { text }: ShownNumbers): HTMLElement {
  const unit = text.unit === '' ? '' : ` (${text.unit})`;
  const heads = [`${say('Error from')}${unit}`, say('to'), say('Rows')];
  return make(
    'table',
    { class: 'measures' },
    make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
    make(
      'tbody',
      {},
      ...ranges.counts.map((count, i) =>
        make(
          'tr',
          {},
          make('th', { scope: 'row' }, endText(ranges, i, text)),
          make('td', {}, endText(ranges, i + 1, text)),
          make('td', {}, whole(count)),
        ),
      ),
    ),
  );
}
