/** Straight pieces that a curve is drawn with: enough for 28 pixels. */
const CURVE_PIECES = 5;

/** Outlines are flat lists x0, y0, x1, y1, … in pixels; y grows downwards. */
export type Points = readonly number[];

/** Builds an outline or a line point by point. */
export class Path {
  readonly points: number[];

  constructor(x: number, y: number) {
    this.points = [x, y];
  }

  /** Straight on to a point. */
  to(x: number, y: number): this {
    this.points.push(x, y);
    return this;
  }

  /** On to (x, y) along a quadratic Bézier curve that is pulled towards (pullX, pullY). */
  bend(pullX: number, pullY: number, x: number, y: number): this {
    const fromX = this.points[this.points.length - 2];
    const fromY = this.points[this.points.length - 1];
    for (let i = 1; i <= CURVE_PIECES; i++) {
      const t = i / CURVE_PIECES;
      const s = 1 - t;
      this.points.push(
        s * s * fromX + 2 * s * t * pullX + t * t * x,
        s * s * fromY + 2 * s * t * pullY + t * t * y,
      );
    }
    return this;
  }
}

/** The same points mirrored at the vertical line through the middle of the image. */
export function mirrored(points: Points): number[] {
  return points.map((value, i) => (i % 2 === 0 ? 28 - value : value));
}

/** Closes a left half, given from top to bottom, with its mirror image. */
export function symmetric(leftHalf: Points): number[] {
  const outline = [...leftHalf];
  for (let i = leftHalf.length - 2; i >= 0; i -= 2) outline.push(28 - leftHalf[i], leftHalf[i + 1]);
  return outline;
}
