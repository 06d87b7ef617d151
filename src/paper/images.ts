import { linear } from './axis.ts';
import { fixed } from './format.ts';
import { type Pixels, picture } from './pixels.ts';
import { element, label, line, PADDING, svgDocument, TOP, WIDTH } from './svg.ts';

/** Rows of pictures with a name at the left, columns with a name below. */
export interface PictureGrid {
  readonly title: string;
  readonly description: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly pictures: readonly Pixels[] }[];
}

/** Splits a name that is wider than a column into two lines: at a space or after a slash. */
export function twoLines(name: string, longest = 9): readonly string[] {
  const cut = (text: string) => (text.length > longest + 2 ? `${text.slice(0, longest)}…` : text);
  if (name.length <= longest) return [name];
  const parts = /^(\S+?\/|\S+\s)\s*(\S.*)$/.exec(name);
  return parts ? [cut(parts[1].trim()), cut(parts[2])] : [cut(name)];
}

/** A name of one or two lines, centred. */
export function centredName(x: number, y: number, name: string, kind = 'soft small'): string {
  const place = { class: kind, 'text-anchor': 'middle' };
  return twoLines(name)
    .map((text, i) => label(x, y + i * 14, text, place))
    .join('');
}

/** The pictures of a {@link PictureGrid}, as an SVG file. */
export function pictureGrid(grid: PictureGrid): string {
  const names = 84;
  const gap = 10;
  const columns = Math.max(1, grid.columns.length);
  const room = WIDTH - 2 * PADDING - names;
  const most = Math.min(112, (room - gap * (columns - 1)) / columns);
  // Multiples of 28, so that all pixels of a 28×28 picture have the same size.
  const size = Math.floor(most / 28) * 28 || most;
  const between = columns > 1 ? Math.min(24, (room - size * columns) / (columns - 1)) : 0;
  const body: string[] = [];
  const left = (column: number) => PADDING + names + column * (size + between);
  const top = (row: number) => TOP + 8 + row * (size + gap);
  grid.rows.forEach((row, r) => {
    body.push(label(PADDING, top(r) + size / 2 + 4, row.name, { class: 'strong' }));
    row.pictures.forEach((pixels, column) => {
      body.push(picture(pixels, left(column), top(r), size));
    });
  });
  const below = top(grid.rows.length) - gap;
  grid.columns.forEach((name, column) => {
    body.push(centredName(left(column) + size / 2, below + 20, name));
  });
  const { title, description } = grid;
  return svgDocument({ width: WIDTH, height: below + 52, title, description, body });
}

/** A picture and a network's outputs for it. */
export interface OutputChart {
  readonly title: string;
  readonly description: string;
  readonly pixels: Pixels;
  /** Lines under the picture. */
  readonly caption: readonly string[];
  readonly bars: readonly { readonly name: string; readonly value: number }[];
  /** Index of the bar in the accent colour. */
  readonly chosen: number;
}

/** A picture with the outputs as bars beside it, to the left or right of zero. */
export function outputChart(chart: OutputChart): string {
  const size = 224;
  const pitch = 26;
  const nameEnd = PADDING + size + 140;
  const finite = chart.bars.map((bar) => bar.value).filter((value) => Number.isFinite(value));
  const low = Math.min(0, ...finite);
  const high = Math.max(0, ...finite);
  // Values are written outside of the bars' ends and need room on both sides.
  const x = linear(
    [low, high > low ? high : low + 1],
    [nameEnd + (low < 0 ? 66 : 12), WIDTH - PADDING - 56],
  );
  const body = [picture(chart.pixels, PADDING, TOP + 8, size)];
  chart.caption.forEach((text, i) => {
    const kind = i === 0 ? 'strong' : 'soft';
    body.push(label(PADDING, TOP + size + 32 + i * 18, text, { class: kind }));
  });
  chart.bars.forEach((bar, i) => {
    const y = TOP + 8 + i * pitch;
    const chosen = i === chart.chosen;
    const strong = chosen ? 'strong' : 'soft';
    body.push(label(nameEnd, y + 14, bar.name, { class: strong, 'text-anchor': 'end' }));
    const value = Number.isFinite(bar.value) ? bar.value : 0;
    const [start, end] = [x(Math.min(0, value)), x(Math.max(0, value))];
    const tone = chosen ? 'accent' : 'rest';
    body.push(element('rect', { x: start, y: y + 1, width: end - start, height: 17, class: tone }));
    const place = value < 0 ? { at: start - 6, anchor: 'end' } : { at: end + 6, anchor: 'start' };
    const kind = `small ${chosen ? 't-accent strong' : 'soft'}`;
    body.push(
      label(place.at, y + 14, fixed(bar.value, 2), { class: kind, 'text-anchor': place.anchor }),
    );
  });
  const bottom = TOP + 8 + chart.bars.length * pitch;
  body.push(line(x(0), TOP + 4, x(0), bottom, 'axis'));
  const height = Math.max(bottom, TOP + size + 32 + chart.caption.length * 18) + 16;
  const { title, description } = chart;
  return svgDocument({ width: WIDTH, height, title, description, body });
}
