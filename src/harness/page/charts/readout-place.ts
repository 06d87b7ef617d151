/** A rectangle within a chart, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Spot = readonly [x: number, y: number];

/** What a box at the crosshair stands beside, in pixels from the chart's upper left corner. */
export interface Surroundings {
  /** The crosshair. */
  readonly line: number;
  /** The part of the chart where curves are; its ticks are at the left. */
  readonly drawing: Box;
  /** The chart, with the labels at its right. */
  readonly chart: Pick<Box, 'width' | 'height'>;
  /** What of the page is in the window. */
  readonly window: { readonly top: number; readonly bottom: number };
  /** Along curves and labels, so many pixels from each other. */
  readonly spots: readonly Spot[];
  /** The points that are read. */
  readonly read: readonly Spot[];
}

/** Between a box and the crosshair, and between a box and an edge, in pixels. */
const BESIDE = 12;
const INSIDE = 4;

/** How high a box may stand in the drawing: from its upper edge to its lower one. */
const ROWS = [0, 1, 0.5, 0.25, 0.75];

// What it costs to stand somewhere, in covered spots.
/** Over or under the chart: rather than on a piece of a curve. */
const OUTSIDE = 3;
const ON_TICKS = 40;
const ON_READ = 200;
const ON_LINE = 1000;
const UNSEEN = 10_000;

/** Whether a box covers a spot, or touches it. */
const covers = ({ left, top, width, height }: Box, [x, y]: Spot): boolean =>
  x >= left - INSIDE &&
  x <= left + width + INSIDE &&
  y >= top - INSIDE &&
  y <= top + height + INSIDE;

/**
 * Where a box stands beside a crosshair: where it covers neither the line, nor a point that is read, nor ticks, nor curves and
 * labels; over or under the chart if there is no such place in it. Of places that cost as much, the first one wins: at the side that has
 * more room, at the top.
 */
export function placeBox(
  size: Pick<Box, 'width' | 'height'>,
  { line, drawing, chart, window, spots, read }: Surroundings,
): { readonly left: number; readonly top: number } {
  const most = Math.max(0, chart.width - size.width);
  const within = (left: number): number => Math.max(0, Math.min(left, most));
  const [right, left] = [within(line + BESIDE), within(line - BESIDE - size.width)];
  const isRight = line - drawing.left < drawing.width / 2;
  // The last one stands over the labels.
  const columns = isRight ? [right, left, most] : [left, right, most];
  const room = drawing.height - size.height - 2 * INSIDE;
  const rows = ROWS.map((share) => drawing.top + INSIDE + Math.max(0, share * room));
  const outside = [-size.height - INSIDE, chart.height + INSIDE];
  const costOf = (box: Box): number => {
    const bottom = box.top + box.height;
    const isOutside = bottom <= 0 || box.top >= chart.height;
    const isOnLine = !isOutside && box.left < line && box.left + box.width > line;
    const isOnTicks = !isOutside && box.left < drawing.left;
    const count = (some: readonly Spot[]): number =>
      some.filter((spot) => covers(box, spot)).length;
    return (
      count(spots) +
      ON_READ * count(read) +
      (isOutside ? OUTSIDE : 0) +
      (isOnTicks ? ON_TICKS : 0) +
      (isOnLine ? ON_LINE : 0) +
      (box.top < window.top || bottom > window.bottom ? UNSEEN : 0)
    );
  };
  const places = [...rows, ...outside].flatMap((top) => columns.map((x) => ({ left: x, top })));
  const costs = places.map((place) => costOf({ ...size, ...place }));
  return places[costs.indexOf(Math.min(...costs))];
}

/** Between two spots of a curve, in pixels. */
const APART = 8;

/** Spots of a piece of a curve, or fewer: what a zoom shows of it may be far higher than the chart. */
const MOST_STEPS = 200;

/** The spots along what is seen of a curve: its points, and between those that are joined. Null ends a piece of it. */
export function spotsAlong(
  points: readonly (Spot | null)[],
  { left, width }: Pick<Box, 'left' | 'width'>,
): Spot[] {
  const right = left + width;
  return points.flatMap((point, i): Spot[] => {
    const before = points[i - 1] ?? point;
    if (!point || !before || point[0] < left || before[0] > right) return [];
    const [x, y] = before;
    const [dx, dy] = [point[0] - x, point[1] - y];
    const [from, to] =
      dx === 0 ? [1, 1] : [Math.max(0, (left - x) / dx), Math.min(1, (right - x) / dx)];
    const length = Math.max(Math.abs(dx), Math.abs(dy)) * (to - from);
    const steps = Math.min(MOST_STEPS, Math.max(1, Math.ceil(length / APART)));
    return Array.from({ length: steps }, (_, k): Spot => {
      const share = from + ((k + 1) / steps) * (to - from);
      return [x + share * dx, y + share * dy];
    });
  });
}
