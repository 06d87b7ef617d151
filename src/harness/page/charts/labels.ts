import { spreadLabels } from '../../../paper/axis.ts';
import { labelOf } from '../notebook/run-store.ts';
import { say } from '../words/words.ts';
import { type Curve, lastOf } from './curves.ts';
import { keptValue } from './kept.ts';
import type { Quantity } from './kinds.ts';
import type { Reference } from './references.ts';
import type { Shown } from './seeds.ts';
import type { View } from './view.ts';

/** A label beside a chart: at the end of a run's curve, or of a line to compare with. */
export interface EndLabel {
  readonly name: string;
  /** Instead of a name that does not fit. */
  readonly short?: string | undefined;
  /** It is never cut. */
  readonly value: string;
  /** Of its run; undefined for a line to compare with. */
  readonly at: number | undefined;
  /** The end of the curve, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Where its middle stands: no other label is within {@link LABEL_HEIGHT}. */
  readonly place: number;
}

/** In pixels of CSS. */
export const LABEL_HEIGHT = 15;

/** Dots of the line from a curve that ends early to its label: grey, so that nobody reads it as data. In pixels of CSS. */
export const DOTS = [1, 4];

/** Between the last point of a curve and that line, in pixels of CSS. */
export const CLEAR = 6;

/** Whether a curve ends so long before the right edge of the drawing that a line has to lead to its label. */
export const endsEarly = ({ x }: Pick<EndLabel, 'x'>, right: number): boolean => x + CLEAR < right;

/** Where a chart's drawing is, in pixels. */
export interface Frame {
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xOf: (epoch: number) => number;
  readonly yOf: (value: number) => number;
}

/** How a run is called in charts: with the number of its members, if it has several. */
export const nameOf = ({ run, keys }: Shown): string =>
  run.networks.length > 0 && keys.length > 1
    ? `${labelOf(run)} ×${run.networks.length}`
    : labelOf(run);

/** Fewer letters than these name nothing. */
const LEAST_LETTERS = 4;

/** More letters than these fit beside no chart. */
const MOST_LETTERS = 200;

/** What a name keeps of its end: its number, and before it what a network has of its own: `784–16–10, rate 0.01 #3`. */
const ENDS = [/^(.*?), (\S+ \S+ #\d+.*)$/s, /^(.*?) (#\d+.*|\d+)$/s, /^(.*)()$/s];

/**
 * A name that fits in a width. The end, which tells runs of one name apart, stays: `784–16–10 #3`, `784–… #3`, `#3`; and
 * `784–…, rate 0.01 #3`, `rate 0.01 #3`.
 */
export function cut(text: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text;
  for (const pattern of ENDS) {
    const [, name, end] = pattern.exec(text) ?? [];
    if (name === undefined || widthOf(end) > width) continue;
    const between = text.slice(name.length, text.length - end.length);
    const shorter = (length: number): string =>
      `${name.slice(0, length).trimEnd()}…${between}${end}`;
    // The longest that fits: halving, since each width is measured.
    let [fits, most] = [LEAST_LETTERS - 1, Math.min(name.length - 1, MOST_LETTERS)];
    while (fits < most) {
      const length = Math.ceil((fits + most) / 2);
      if (widthOf(shorter(length)) <= width) fits = length;
      else most = length - 1;
    }
    return fits < LEAST_LETTERS ? end : shorter(fits);
  }
  return '';
}

/** What of a label's name fits in a width. */
export function nameIn(
  { name, short }: Pick<EndLabel, 'name' | 'short'>,
  width: number,
  widthOf: (text: string) => number,
): string {
  const instead = short !== undefined && widthOf(name) > width && widthOf(short) <= width;
  return instead ? short : cut(name, width, widthOf);
}

/**
 * The labels of a chart, placed so that none covers another. If there are more than fit, the run that stands out, lines to compare
 * with and the latest runs have one.
 */
export function endLabels(
  shown: readonly Shown[],
  curves: readonly Curve[],
  references: readonly Reference[],
  quantity: Quantity,
  view: View,
  { right, top, bottom, xOf, yOf }: Frame,
): EndLabel[] {
  const within = (y: number): boolean => y >= top - 1 && y <= bottom + 1;
  const lines = references.map(({ y, label, short }) => ({
    ...{
      name: label,
      short,
      value: quantity.label(y),
      at: undefined,
      x: right,
      y: yOf(y),
      rank: 1,
    },
  }));
  const [from, to] = view.zoom ?? [0, Infinity];
  const ends = shown.flatMap((one, at) => {
    // What was drawn last lies on top: tests, and of these the smoothed ones.
    const own = curves.filter((curve) => curve.at === at && isLabelled(curve));
    const last = own.map((curve) => lastOf(curve, to)).findLast((end) => end && end.x >= from);
    if (!last) return [];
    const isLit = view.lit !== undefined && one.keys.includes(view.lit);
    const rank = isLit ? 0 : 2 - one.run.id * 1e-6;
    const best = to === Infinity ? keptValue(one.run, quantity.of) : undefined;
    const value =
      best === undefined
        ? quantity.label(last.y)
        : say('best {value}', { value: quantity.label(best) });
    return [{ name: nameOf(one), value, at, x: xOf(last.x), y: yOf(last.y), rank }];
  });
  const most = Math.max(0, Math.floor((bottom - top) / LABEL_HEIGHT));
  const kept = [...lines, ...ends]
    .filter(({ y }) => within(y))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most);
  const places = spreadLabels(
    kept.map(({ y }) => y),
    LABEL_HEIGHT,
    top + LABEL_HEIGHT / 2,
    bottom - LABEL_HEIGHT / 2,
  );
  return kept.map(({ rank: _, ...label }, i) => ({ ...label, place: places[i] }));
}

const isLabelled = ({ kind, faint }: Curve): boolean =>
  !faint && (kind === 'tested' || kind === 'training');
