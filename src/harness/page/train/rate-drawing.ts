import type { RateSearch } from '../../tasks/rate-search.ts';
import { language, say } from '../words/words.ts';

const HEIGHT = 280;
const EDGE = { left: 56, right: 14, top: 26, bottom: 40 };

function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  text = '',
): Element {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.textContent = text;
  return element;
}

/**
 * The loss over the learning rate, on a logarithmic scale, with the rate that is suggested.
 *
 * @param width in CSS pixels, so that texts have the page's size
 */
export function drawRates({ steps, rate }: RateSearch, label: string, width: number): Element {
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${HEIGHT}`,
    class: 'rates-chart',
    role: 'img',
    'aria-label': label,
  });
  const smoothed = steps.map((step) => step.smoothed);
  const [least, most] = [Math.min(...smoothed), Math.max(...smoothed)];
  const room = (most - least || most || 1) * 0.1;
  const [low, high] = [Math.max(0, least - room), most + room];
  const [first, last] = [Math.log10(steps[0].rate), Math.log10(steps[steps.length - 1].rate)];
  const x = (value: number): number =>
    EDGE.left +
    ((Math.log10(value) - first) / (last - first || 1)) * (width - EDGE.left - EDGE.right);
  const y = (value: number): number =>
    HEIGHT -
    EDGE.bottom -
    ((Math.min(high, Math.max(low, value)) - low) / (high - low)) *
      (HEIGHT - EDGE.top - EDGE.bottom);
  for (let power = Math.ceil(first); power <= Math.floor(last + 1e-9); power++) {
    const at = x(10 ** power);
    picture.append(
      svg('line', { class: 'grid', x1: at, x2: at, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }),
      svg(
        'text',
        { x: at, y: HEIGHT - EDGE.bottom + 16, 'text-anchor': 'middle' },
        powerText(power),
      ),
    );
  }
  for (const value of [0, 0.5, 1].map((share) => low + share * (high - low))) {
    picture.append(
      svg('line', {
        class: 'grid',
        x1: EDGE.left,
        x2: width - EDGE.right,
        y1: y(value),
        y2: y(value),
      }),
      svg('text', { x: EDGE.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, local(value, 2)),
    );
  }
  const line = (of: 'loss' | 'smoothed'): string =>
    steps.map((step) => `${x(step.rate).toFixed(1)},${y(step[of]).toFixed(1)}`).join(' ');
  picture.append(
    svg('polyline', { class: 'raw', points: line('loss') }),
    svg('polyline', { class: 'smooth', points: line('smoothed') }),
    svg(
      'text',
      { x: (width + EDGE.left) / 2, y: HEIGHT - 4, 'text-anchor': 'middle' },
      say('Learning rate'),
    ),
    svg('text', { x: EDGE.left, y: 14 }, say('Loss')),
  );
  if (rate !== null) {
    const at = x(rate);
    picture.append(
      svg('line', { class: 'marker', x1: at, x2: at, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }),
      svg('text', { class: 'marked', x: at, y: 18, 'text-anchor': 'middle' }, local(rate, 2)),
    );
  }
  return picture;
}

/** 10⁻² as `0.01`, smaller ones as `1e-6`. */
const powerText = (power: number): string => (power < -2 ? `1e${power}` : local(10 ** power, 1));

/** A number of so many digits, in the page's language. */
export const local = (value: number, digits: number): string =>
  value.toLocaleString(language(), { maximumSignificantDigits: digits });

/** A rate of two digits, as the form takes it. */
export const rateText = (rate: number): string => String(Number(rate.toPrecision(2)));
