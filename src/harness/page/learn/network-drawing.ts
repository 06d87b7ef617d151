/** Draws a perceptron: a column for each layer, curves between them. */
import { heightOf } from './widths.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** Pixels: a column's width, the height of the lowest and the highest one, and a dot's radius. */
export const COLUMN = 30;
const LOWEST = 22;
const DOT = 3.6;
/** Most dots of a column; more units than dots are drawn as so many. */
const MOST_DOTS = 15;

export interface Column {
  /** Of its middle. */
  readonly x: number;
  readonly top: number;
  readonly height: number;
}

/** Where the columns are in a picture of this size. */
export function columnsOf(widths: readonly number[], width: number, height: number): Column[] {
  const margin = COLUMN / 2 + 14;
  return widths.map((units, i) => {
    const tall = LOWEST + (height - LOWEST) * heightOf(units);
    const x = margin + ((width - 2 * margin) * i) / (widths.length - 1);
    return { x, top: (height - tall) / 2, height: tall };
  });
}

function svg(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function dotsOf({ top, height }: Column, units: number): number[] {
  const fits = Math.max(1, Math.floor((height - 8) / (2.6 * DOT)));
  const count = Math.min(units, fits, MOST_DOTS);
  return Array.from({ length: count }, (_, i) => top + (height * (i + 0.5)) / count);
}

/** The curves from one column to the next, as one path. */
function curves(
  from: Column,
  to: Column,
  starts: readonly number[],
  ends: readonly number[],
): string {
  const [a, b] = [from.x + COLUMN / 2, to.x - COLUMN / 2];
  const middle = ((a + b) / 2).toFixed(1);
  return starts
    .flatMap((y) =>
      ends.map(
        (end) =>
          `M${a.toFixed(1)} ${y.toFixed(1)}C${middle} ${y.toFixed(1)} ${middle} ${end.toFixed(1)} ${b.toFixed(1)} ${end.toFixed(1)}`,
      ),
    )
    .join('');
}

/** Draws all into an `svg`, in place of what was there. */
export function drawNetwork(
  place: SVGSVGElement,
  widths: readonly number[],
  width: number,
  height: number,
): Column[] {
  const columns = columnsOf(widths, width, height);
  const dots = columns.map((column, i) => dotsOf(column, widths[i]));
  place.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const parts: SVGElement[] = [];
  for (let i = 1; i < columns.length; i++) {
    const d = curves(columns[i - 1], columns[i], dots[i - 1], dots[i]);
    parts.push(svg('path', { d, class: 'net-curves' }));
  }
  columns.forEach(({ x, top, height: tall }, i) => {
    const kind = i === 0 ? 'input' : i === columns.length - 1 ? 'output' : 'hidden';
    const column = svg('g', { class: `net-column ${kind}` });
    column.append(
      svg('rect', { x: x - COLUMN / 2, y: top, width: COLUMN, height: tall, rx: COLUMN / 2 }),
      ...dots[i].map((y) => svg('circle', { cx: x, cy: y.toFixed(1), r: DOT })),
    );
    parts.push(column);
  });
  place.replaceChildren(...parts);
  return columns;
}
