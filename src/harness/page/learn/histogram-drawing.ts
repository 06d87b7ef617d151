import type { Histogram } from '../../../log/histogram.ts';
import { local } from '../numbers.ts';
import { say } from '../words/words.ts';

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT] = [132, 34];

/** A number in few digits, with a minus sign that is as wide as a digit. */
export const short = (value: number): string => {
  const size = Math.abs(value);
  const digits =
    size !== 0 && (size >= 1e5 || size < 1e-3)
      ? size.toExponential(1)
      : String(Number(size.toPrecision(3)));
  return `${value < 0 ? '−' : ''}${local(digits)}`;
};

/** Bars of the ranges whose middle is on one side of 0. Their height is the square root of the share: 0 has most activations. */
function bars({ min, max, counts }: Histogram, positive: boolean): string {
  const most = Math.max(...counts);
  const width = WIDTH / counts.length;
  return counts
    .flatMap((count, i) => {
      const middle = min + ((max - min) * (i + 0.5)) / counts.length;
      if (count === 0 || middle >= 0 !== positive) return [];
      const height = Math.max(1, HEIGHT * Math.sqrt(count / most));
      return `M${(i * width).toFixed(1)} ${HEIGHT}v${(-height).toFixed(1)}h${width.toFixed(1)}V${HEIGHT}z`;
    })
    .join('');
}

/** A histogram as a small picture, with its ends: what is below 0 is red, what is above is blue. */
export function drawHistogram(histogram: Histogram): SVGSVGElement {
  const place = document.createElementNS(SVG, 'svg');
  place.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT + 13}`);
  place.setAttribute('class', 'histogram');
  place.setAttribute('role', 'img');
  const { min, max, sum, count } = histogram;
  place.setAttribute(
    'aria-label',
    say('from {min} to {max}, mean {mean}', {
      min: short(min),
      max: short(max),
      mean: short(sum / count),
    }),
  );
  for (const positive of [false, true]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', bars(histogram, positive));
    path.setAttribute('class', positive ? 'above' : 'below');
    place.append(path);
  }
  for (const [x, anchor, value] of [
    [0, 'start', min],
    [WIDTH, 'end', max],
  ] as const) {
    const text = document.createElementNS(SVG, 'text');
    text.setAttribute('x', String(x));
    text.setAttribute('y', String(HEIGHT + 11));
    text.setAttribute('text-anchor', anchor);
    text.textContent = short(value);
    place.append(text);
  }
  return place;
}
