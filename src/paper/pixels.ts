import { coordinate, element } from './svg.ts';

/** A square grey picture: pixels row by row, 0 (black) to 255. */
export type Pixels = readonly number[];

/** Number of grey levels. Steps of 8 in 255 are invisible at this size. */
const LEVELS = 32;

function levelOf(pixel: number): number {
  const level = Math.round((pixel / 255) * (LEVELS - 1));
  return Math.min(LEVELS - 1, Math.max(0, level)) || 0;
}

function grey(level: number): string {
  const part = Math.round((level * 255) / (LEVELS - 1))
    .toString(16)
    .padStart(2, '0');
  return `#${part}${part}${part}`;
}

/**
 * Runs of equal grey along the rows, as one path for each level: strokes of width 1 through the middle of
 * the rows, in units of a pixel. Black is left out.
 */
export function greyPaths(pixels: Pixels, side: number): Map<number, string> {
  const paths = new Map<number, string>();
  for (let row = 0; row < side; row++) {
    let from = 0;
    while (from < side) {
      const level = levelOf(pixels[row * side + from]);
      let to = from + 1;
      while (to < side && levelOf(pixels[row * side + to]) === level) to++;
      if (level > 0) paths.set(level, `${paths.get(level) ?? ''}M${from} ${row}h${to - from}`);
      from = to;
    }
  }
  return new Map([...paths].sort(([a], [b]) => a - b));
}

/**
 * Draws a picture with hard pixel edges in a thin frame; for a picture that is not square, only the
 * frame. Paths take 2 to 4 KB. A PNG in a `data:` URL would take 1.2 KB, but GitHub serves SVG files with
 * `Content-Security-Policy: default-src 'none'`, which blocks such images if the file is opened directly
 * (tested in Chromium).
 */
export function picture(pixels: Pixels, x: number, y: number, size: number): string {
  const box = { x, y, width: size, height: size };
  const side = Math.round(Math.sqrt(pixels.length));
  const frame = element('rect', { ...box, class: 'frame' });
  if (side === 0 || side * side !== pixels.length) return frame;
  const scale = size / side;
  const paths = [...greyPaths(pixels, side)].map(([level, d]) =>
    element('path', { d, stroke: grey(level) }),
  );
  const move = `translate(${coordinate(x)} ${coordinate(y + scale / 2)})`;
  const transform = `${move} scale(${Number(scale.toFixed(4))})`;
  const drawn = paths.length > 0 ? element('g', { class: 'pixels', transform }, paths) : '';
  return element('rect', { ...box, fill: '#000' }) + drawn + frame;
}
