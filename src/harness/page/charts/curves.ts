import type { Spread } from '../../../ensemble/spread.ts';
import type { Point, RunRecord } from '../notebook/run-store.ts';
import type { Shown } from './seeds.ts';
import { movingMean, type Value } from './smoothing.ts';
import type { View } from './view.ts';

/** What a chart shows of a point. */
export type Of = (point: Point) => number | null;

/** `training`: while it trains; `tested`: after epochs; `network`: one of several; `above`, `below`: edges of their band. */
export type Kind = 'training' | 'tested' | 'network' | 'above' | 'below';

/** A line of a chart. */
export interface Curve {
  /** The index of its run among those shown. */
  readonly at: number;
  readonly kind: Kind;
  /** Whether a smoothed curve is drawn over it. */
  readonly faint: boolean;
  readonly x: readonly number[];
  readonly y: readonly Value[];
}

/** More lines than these are a surface. */
const MOST_LINES = 100;

type Line = Pick<Curve, 'x' | 'y'>;

/** The curve of a history's tests. */
function tested(history: RunRecord['history'], of: Of): Line {
  const own = history.flatMap(({ epoch, test }) => (test ? [{ epoch, ...test }] : []));
  return { x: own.map(({ epoch }) => epoch), y: own.map(of) };
}

/** The mean of a run's networks and its deviation, above or below. */
function edge({ spreads }: RunRecord, of: Of, side: 1 | -1): Line {
  const at = ({ mean, deviation }: Spread): number => mean + side * deviation;
  const points = spreads.map(({ epoch, loss, accuracy }) => ({
    ...{ epoch, loss: at(loss), accuracy: accuracy && at(accuracy) },
  }));
  return { x: points.map(({ epoch }) => epoch), y: points.map(of) };
}

/** The lines of runs, those of a run one after the other; what lies on top comes last. */
export function curvesOf(shown: readonly Shown[], of: Of, { window, log }: View): Curve[] {
  const drawable = (y: readonly Value[]): readonly Value[] =>
    // A logarithmic scale has no 0, and JSON has no NaN.
    y.map((value) =>
      value !== null && Number.isFinite(value) && !(log && value <= 0) ? value : null,
    );
  return shown.flatMap(({ run }, at): Curve[] => {
    const curve = (kind: Kind, { x, y }: Line): Curve => ({
      ...{ at, kind, faint: false, x, y: drawable(y) },
    });
    /** A line, and over it, if it changes it, its moving mean. */
    const smooth = (kind: Kind, line: Line): Curve[] => {
      const own = curve(kind, line);
      const isSparse = kind === 'tested' && window < LEAST_BETWEEN_TESTS;
      if (window === 0 || isSparse) return [own];
      return [
        { ...own, faint: true },
        { ...own, y: movingMean(own.x, own.y, window) },
      ];
    };
    if (run.networks.length > 0) {
      return [
        ...run.networks
          .slice(0, MOST_LINES)
          .map(({ history }) => curve('network', tested(history, of))),
        curve('above', edge(run, of, 1)),
        curve('below', edge(run, of, -1)),
        ...smooth('tested', tested(run.history, of)),
      ];
    }
    const live = { x: run.live.map(({ epoch }) => epoch), y: run.live.map(of) };
    return [...smooth('training', live), ...smooth('tested', tested(run.history, of))];
  });
}

/** Tests are an epoch apart: a narrower window has no other in it. */
const LEAST_BETWEEN_TESTS = 2;

/** What is the same as long as the same lines are drawn, whatever their points. */
export const shapeOf = (curves: readonly Curve[], shown: readonly Shown[]): string =>
  curves.map(({ at, kind, faint }) => `${shown[at].run.key}${kind}${faint}`).join();

/** What is the same as long as their points are. */
export const pointsOf = (curves: readonly Curve[]): string =>
  curves.map(({ x, y }) => `${x.length},${x.at(-1)},${y.at(-1)}`).join(';');

/**
 * Curves in one table, as the charting library takes them: first all positions, then for each curve its value there;
 * undefined where it has no point, null where it has one without a value.
 */
export function tableOf(curves: readonly Curve[]): [number[], ...(number | null | undefined)[][]] {
  const all = new Float64Array(curves.reduce((sum, { x }) => sum + x.length, 0));
  let end = 0;
  for (const { x } of curves) {
    all.set(x, end);
    end += x.length;
  }
  all.sort();
  const places: number[] = [];
  for (const place of all) if (place !== places[places.length - 1]) places.push(place);
  const columns = curves.map(({ x, y }) => {
    const column = new Array<number | null | undefined>(places.length).fill(undefined);
    let k = 0;
    for (let i = 0; i < x.length; i++) {
      // Of two points at the same place, the later one stands.
      while (places[k] < x[i]) k++;
      column[k] = y[i];
    }
    return column;
  });
  return [places, ...columns];
}

/** The last value of a curve at or before a position. */
export function lastOf({ x, y }: Curve, until = Infinity): { x: number; y: number } | undefined {
  for (let i = x.length - 1; i >= 0; i--) {
    const value = y[i];
    if (x[i] <= until && value !== null) return { x: x[i], y: value };
  }
  return undefined;
}
