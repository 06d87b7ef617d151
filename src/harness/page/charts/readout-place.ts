/** A rectangle within a chart, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Spot = readonly [x: number, y: number];

/** Between a box and the crosshair, and between a box and the edge of the drawing, in pixels. */
const BESIDE = 12;
const INSIDE = 4;

const covers = ({ left, top, width, height }: Box, [x, y]: Spot): boolean =>
  x >= left && x <= left + width && y >= top && y <= top + height;

/**
 * Where a box stands beside a crosshair: within the chart, beside the line if there is room, and where it covers the fewest
 * points of curves. Of places that cover as many, the first one wins: at the side that has more room, at the top.
 *
 * @param size of the box
 * @param line the crosshair, from the left edge of the chart
 * @param drawing the part of the chart where curves are
 * @param width of the chart, with the labels at its right
 * @param spots points of curves
 */
export function placeBox(
  size: Pick<Box, 'width' | 'height'>,
  line: number,
  drawing: Box,
  width: number,
  spots: readonly Spot[],
): { readonly left: number; readonly top: number } {
  const most = Math.max(0, width - size.width);
  const within = (left: number): number => Math.max(0, Math.min(left, most));
  const [right, left] = [within(line + BESIDE), within(line - BESIDE - size.width)];
  const isRight = line - drawing.left < drawing.width / 2;
  // The last one stands over the labels.
  const columns = isRight ? [right, left, most] : [left, right, most];
  const room = drawing.height - size.height - INSIDE;
  const rows = [INSIDE, room, room / 2].map((down) => drawing.top + Math.max(INSIDE, down));
  const places = columns.flatMap((x) =>
    rows.map((top) => {
      const box = { ...size, left: x, top };
      const isOnLine = x < line && x + size.width > line;
      const covered = spots.filter((spot) => covers(box, spot)).length;
      // What is read must be seen.
      return { left: x, top, cost: isOnLine ? covered + spots.length + 1 : covered };
    }),
  );
  const { left: x, top } = places.reduce((best, place) => (place.cost < best.cost ? place : best));
  return { left: x, top };
}
