import { linearTicks } from '../../charts/ticks.ts';

/** The points of a scatter. */
export interface Points {
  /** Across. */
  readonly truth: ArrayLike<number>;
  /** Upwards. */
  readonly predicted: ArrayLike<number>;
}

/** Where a scatter lies on its canvas, in CSS pixels; one scale for both axes. */
export interface ScatterScale {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The values at both ends of each axis. */
  readonly least: number;
  readonly largest: number;
  readonly ticks: readonly number[];
}

/** Pixels between two ticks, at least. */
const TICK = 70;

/** @param size of the canvas. @returns undefined if no point has two finite values */
export function scaleFor(
  { truth, predicted }: Points,
  size: { readonly width: number; readonly height: number },
  edges: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  },
): ScatterScale | undefined {
  let [least, largest] = [Infinity, -Infinity];
  for (let i = 0; i < truth.length; i++) {
    if (!Number.isFinite(truth[i]) || !Number.isFinite(predicted[i])) continue;
    least = Math.min(least, truth[i], predicted[i]);
    largest = Math.max(largest, truth[i], predicted[i]);
  }
  if (least > largest) return undefined;
  const room = 0.04 * (largest - least) || Math.abs(least) / 10 || 1;
  [least, largest] = [least - room, largest + room];
  const width = size.width - edges.left - edges.right;
  const height = size.height - edges.top - edges.bottom;
  const most = Math.max(2, Math.floor(Math.min(width, height) / TICK));
  const ticks = linearTicks(least, largest, most).filter((t) => t >= least && t <= largest);
  return { left: edges.left, top: edges.top, width, height, least, largest, ticks };
}

export const xOf = ({ left, width, least, largest }: ScatterScale, value: number): number =>
  left + (width * (value - least)) / (largest - least);

export const yOf = ({ top, height, least, largest }: ScatterScale, value: number): number =>
  top + height - (height * (value - least)) / (largest - least);

/** The point nearest to a place on the canvas; -1 if there is none within so many pixels. */
export function nearest(
  { truth, predicted }: Points,
  scale: ScatterScale,
  place: { readonly x: number; readonly y: number },
  within: number,
): number {
  let [best, found] = [within * within, -1];
  for (let i = 0; i < truth.length; i++) {
    const across = xOf(scale, truth[i]) - place.x;
    const down = yOf(scale, predicted[i]) - place.y;
    const distance = across * across + down * down;
    // A point without a number is near to nothing.
    if (distance <= best) [best, found] = [distance, i];
  }
  return found;
}

/**
 * The next point in the order of a value; of equal values the next one by its place. Nothing is sorted: there may be many.
 *
 * @param step 1 to a larger value, -1 to a smaller one
 * @returns the same point at the end
 */
export function neighbour(
  count: number,
  valueAt: (i: number) => number,
  from: number,
  step: 1 | -1,
): number {
  const isBehind = (a: number, b: number): boolean => {
    const difference = step * (valueAt(a) - valueAt(b));
    return difference > 0 || (difference === 0 && step * (a - b) > 0);
  };
  let found = from;
  for (let i = 0; i < count; i++) {
    if (isBehind(i, from) && (found === from || isBehind(found, i))) found = i;
  }
  return found;
}

/** Rows above which their density is shown, not each point. */
export const MANY = 4000;

/** Pixels of a cell of {@link densityOf}. */
export const CELL = 4;

/** How many points lie in each cell of the plot, row by row from the top. */
export function densityOf(
  { truth, predicted }: Points,
  scale: ScatterScale,
): { readonly counts: Uint32Array; readonly columns: number; readonly most: number } {
  const columns = Math.ceil(scale.width / CELL);
  const rows = Math.ceil(scale.height / CELL);
  const counts = new Uint32Array(columns * rows);
  let most = 0;
  for (let i = 0; i < truth.length; i++) {
    const x = Math.floor((xOf(scale, truth[i]) - scale.left) / CELL);
    const y = Math.floor((yOf(scale, predicted[i]) - scale.top) / CELL);
    // What is no number lies nowhere.
    if (!(x >= 0 && x < columns && y >= 0 && y < rows)) continue;
    const count = ++counts[y * columns + x];
    if (count > most) most = count;
  }
  return { counts, columns, most };
}
