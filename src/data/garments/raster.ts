import type { Points } from './path.ts';

/** Height and width of an image in pixels. */
export const SIDE = 28;

/** Scan lines in a pixel. Along them coverage is exact, so edges are smooth in both directions. */
const SCANS = 4;

/** x' = 14 + dx + scaleX (x - 14) + shear (y - 14); y' likewise, with `tilt` for x. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly shear: number;
  readonly tilt: number;
  readonly dx: number;
  readonly dy: number;
}

/**
 * Draws antialiased outlines in one grey image: shapes are collected in a mask, which `paint` then
 * fills. Only + - * / and square roots are used, which IEEE 754 defines to the last bit.
 */
export class Raster {
  /** SIDE × SIDE brightnesses, 0 = background. */
  readonly pixels = new Float64Array(SIDE * SIDE);
  /** The share of each pixel that any garment part covers. */
  readonly covered = new Float64Array(SIDE * SIDE);
  readonly #mask = new Float64Array(SIDE * SIDE);
  #placement: Placement = { scaleX: 1, scaleY: 1, shear: 0, tilt: 0, dx: 0, dy: 0 };

  /** Begins a new, black image, whose shapes are moved by `placement`. */
  reset(placement: Placement): void {
    this.pixels.fill(0);
    this.covered.fill(0);
    this.#placement = placement;
  }

  /** Adds the inside of a closed outline to the mask. */
  area(outline: Points): this {
    this.#scan(this.#place(outline));
    return this;
  }

  /** Adds a line of the given width in pixels to the mask. */
  line(points: Points, width: number): this {
    for (let i = 0; i + 3 < points.length; i += 2) {
      const x0 = points[i];
      const y0 = points[i + 1];
      const x1 = points[i + 2];
      const y1 = points[i + 3];
      const length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
      if (length === 0) continue;
      const nx = ((y1 - y0) / length) * (width / 2);
      const ny = ((x0 - x1) / length) * (width / 2);
      this.area([x0 + nx, y0 + ny, x1 + nx, y1 + ny, x1 - nx, y1 - ny, x0 - nx, y0 - ny]);
    }
    return this;
  }

  /** Paints the mask with `cloth * factor` (SIDE × SIDE brightnesses) and empties it. */
  paint(cloth: Float64Array, factor = 1): void {
    const mask = this.#mask;
    for (let i = 0; i < mask.length; i++) {
      const share = mask[i];
      if (share === 0) continue;
      this.pixels[i] += (cloth[i] * factor - this.pixels[i]) * share;
      this.covered[i] += (1 - this.covered[i]) * share;
      mask[i] = 0;
    }
  }

  /** Darkens (factor below 1) or lightens what is already painted under the mask. */
  shade(factor: number): void {
    const mask = this.#mask;
    for (let i = 0; i < mask.length; i++) {
      this.pixels[i] *= 1 + (factor - 1) * mask[i];
      mask[i] = 0;
    }
  }

  #place(points: Points): Float64Array {
    const { scaleX, scaleY, shear, tilt, dx, dy } = this.#placement;
    const placed = new Float64Array(points.length);
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i] - SIDE / 2;
      const y = points[i + 1] - SIDE / 2;
      placed[i] = SIDE / 2 + dx + scaleX * x + shear * y;
      placed[i + 1] = SIDE / 2 + dy + scaleY * y + tilt * x;
    }
    return placed;
  }

  /** Even-odd filling: the spans between each two crossings of a scan line. */
  #scan(points: Float64Array): void {
    let top = SIDE;
    let bottom = 0;
    for (let i = 1; i < points.length; i += 2) {
      top = Math.min(top, points[i]);
      bottom = Math.max(bottom, points[i]);
    }
    const first = Math.max(0, Math.floor(top * SCANS));
    const last = Math.min(SIDE * SCANS - 1, Math.floor(bottom * SCANS));
    for (let scan = first; scan <= last; scan++) {
      const xs = crossings(points, (scan + 0.5) / SCANS);
      const row = Math.floor(scan / SCANS) * SIDE;
      for (let i = 0; i + 1 < xs.length; i += 2) this.#span(row, xs[i], xs[i + 1]);
    }
  }

  #span(row: number, from: number, to: number): void {
    const left = Math.max(0, from);
    const right = Math.min(SIDE, to);
    for (let column = Math.floor(left); column < right; column++) {
      const width = Math.min(right, column + 1) - Math.max(left, column);
      const at = row + column;
      this.#mask[at] = Math.min(1, this.#mask[at] + width / SCANS);
    }
  }
}

/** Where the closed outline crosses the horizontal line at `y`, from left to right. */
function crossings(points: Float64Array, y: number): number[] {
  const xs: number[] = [];
  let x0 = points[points.length - 2];
  let y0 = points[points.length - 1];
  for (let i = 0; i < points.length; i += 2) {
    const x1 = points[i];
    const y1 = points[i + 1];
    if (y0 <= y !== y1 <= y) xs.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
    x0 = x1;
    y0 = y1;
  }
  return xs.sort((a, b) => a - b);
}
