import { fixed, percent } from './format.ts';
import { centredName, twoLines } from './images.ts';
import { coordinate, element, label, PADDING, svgDocument, TOP, WIDTH } from './svg.ts';

/** A confusion matrix and its names. */
export interface HeatMap {
  readonly title: string;
  readonly description: string;
  readonly names: readonly string[];
  /** Rows are true classes, columns predictions: counts. */
  readonly counts: readonly (readonly number[])[];
}

/** From this shade on, the number in a cell is drawn in the panel's colour. */
const TURN = 0.72;

/** A cell's share of its row; 0 for an empty row. */
export function shareOf(row: readonly number[], column: number): number {
  const sum = row.reduce((total, value) => total + value, 0);
  return sum > 0 && Number.isFinite(sum) ? row[column] / sum : 0;
}

/**
 * A confusion matrix as an SVG file. The shade of a cell is the square root of its share of the row:
 * without the root, a good network's mistakes would be invisible.
 */
export function heatMap(map: HeatMap): string {
  const names = 96;
  const recall = 64;
  const size = Math.max(1, map.names.length);
  const left = PADDING + names;
  const top = TOP + 66;
  const width = (WIDTH - 2 * PADDING - names - recall) / size;
  const height = 36;
  const end = { class: 'soft small', 'text-anchor': 'end' };
  const body = [
    label(left, TOP + 12, 'predicted', { class: 'strong' }),
    label(left - 12, top - 14, 'true', { class: 'strong', 'text-anchor': 'end' }),
    label(WIDTH - PADDING, top - 14, 'found', { class: 'strong', 'text-anchor': 'end' }),
  ];
  map.names.forEach((name, i) => {
    // Names of one line are where others have their second line, next to the column.
    const nameTop = TOP + (twoLines(name).length > 1 ? 38 : 52);
    body.push(centredName(left + (i + 0.5) * width, nameTop, name));
    body.push(label(left - 12, top + (i + 0.5) * height + 4, name, end));
  });
  map.counts.forEach((row, r) => {
    row.forEach((value, column) => {
      const share = shareOf(row, column);
      const shade = Math.sqrt(Math.min(1, Math.max(0, share))) || 0;
      const [x, y] = [left + column * width, top + r * height];
      body.push(
        element('rect', {
          x: x + 1,
          y: y + 1,
          width: width - 2,
          height: height - 2,
          rx: 2,
          class: 'accent',
          'fill-opacity': coordinate(shade === 0 ? 0.03 : shade),
        }),
      );
      const tone = shade >= TURN ? 'on' : value === 0 ? 'soft' : '';
      const kind = [tone, r === column ? 'strong' : ''].filter(Boolean).join(' ');
      const place = { 'text-anchor': 'middle', ...(kind ? { class: kind } : {}) };
      body.push(label(x + width / 2, y + height / 2 + 4, fixed(value, 0), place));
    });
    const found = row.some((value) => value > 0) ? percent(shareOf(row, r), 1) : '–';
    body.push(
      label(WIDTH - PADDING, top + (r + 0.5) * height + 4, found, { 'text-anchor': 'end' }),
    );
  });
  const { title, description } = map;
  const bottom = top + size * height + PADDING;
  return svgDocument({ width: WIDTH, height: bottom, title, description, body });
}
