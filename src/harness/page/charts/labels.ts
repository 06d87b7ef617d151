import { spreadLabels } from '../../../paper/axis.ts';
import { say } from '../words/words.ts';
import { type Curve, lastOf } from './curves.ts';
import { BEYOND, keptValue } from './kept.ts';
import type { Quantity } from './kinds.ts';
import { type Name, namesOf } from './names.ts';
import { isRead } from './places.ts';
import type { Reference } from './references.ts';
import type { Shown } from './seeds.ts';
import type { View } from './view.ts';

/** A label beside a chart: at the end of a run's curve, or of a line to compare with. */
export interface EndLabel extends Name {
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
  const lines = references.map(({ y, label, shorts = [] }) => ({
    ...{ name: label, shorts, value: quantity.label(y) },
    ...{ at: undefined, x: right, y: yOf(y), rank: 1 },
  }));
  const names = namesOf(shown);
  const [from, to] = view.zoom ?? [0, Infinity];
  const ends = shown.flatMap((one, at) => {
    // What was drawn last lies on top: tests, and of these the smoothed ones.
    const own = curves.filter((curve) => curve.at === at && isRead(curve));
    const last = own.map((curve) => lastOf(curve, to)).findLast((end) => end && end.x >= from);
    const result = own.map((curve) => lastOf(curve)).findLast((end) => end);
    if (!last || !result) return [];
    const isLit = view.lit !== undefined && one.keys.includes(view.lit);
    const rank = isLit ? 0 : 2 - one.run.id * 1e-6;
    const best = keptValue(one.run, quantity.of);
    const text = quantity.label(best ?? result.y);
    const value = best === undefined ? text : say('best {value}', { value: text });
    return [
      {
        ...names[at],
        value: result.x > last.x ? `${BEYOND} ${value}` : value,
        ...{ at, x: xOf(last.x), y: yOf(last.y), rank },
      },
    ];
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
