import { linear, niceDomain, niceTicks, type Scale, spreadLabels } from './axis.ts';
import { fixed } from './format.ts';
import { coordinate, element, label, line, PADDING, svgDocument, TOP, WIDTH } from './svg.ts';

/** A point of a curve. The curve is interrupted if `mid` is not finite. */
export interface CurvePoint {
  readonly x: number;
  readonly mid: number;
  /** Lowest and highest of the seeds; equal to `mid` for a single seed. */
  readonly low: number;
  readonly high: number;
}

/** A curve. One curve of a chart has the accent colour, the others are grey. */
export interface Curve {
  readonly name: string;
  readonly tone: 'accent' | 'rest';
  readonly points: readonly CurvePoint[];
}

/** One plot of a chart. */
export interface Panel {
  readonly title: string;
  /** Unit of the tick values and of the values at the curves' ends. */
  readonly unit: string;
  /** Decimals of the values at the curves' ends. */
  readonly decimals: number;
  readonly curves: readonly Curve[];
  /** A horizontal line with a label, such as the paper's figure. */
  readonly reference?: { readonly value: number; readonly label: string };
}

/** Plots side by side with the same horizontal axis. */
export interface LineChart {
  readonly title: string;
  readonly description: string;
  readonly xLabel: string;
  /** The dashed line's name in the legend. */
  readonly referenceName?: string;
  readonly panels: readonly Panel[];
}

const HEIGHT = 380;
const PLOT_TOP = TOP + 60;
const PLOT_BOTTOM = HEIGHT - 60;
/** Room for the tick values, left of a plot, and for the values at the curves' ends, right of it. */
const LEFT = 46;
const RIGHT = 82;
const LABEL_GAP = 15;

function drawn(curve: Curve): CurvePoint[] {
  return curve.points.filter((point) => Number.isFinite(point.mid));
}

/** The curve in unbroken pieces. */
function pieces(curve: Curve): CurvePoint[][] {
  const list: CurvePoint[][] = [[]];
  for (const point of curve.points) {
    if (Number.isFinite(point.mid)) list[list.length - 1].push(point);
    else list.push([]);
  }
  return list.filter((piece) => piece.length > 0);
}

function path(points: readonly (readonly [number, number])[]): string {
  const list = points.map(([x, y]) => `${coordinate(x)} ${coordinate(y)}`);
  // A single point would draw nothing; a line of zero length draws its round ends, a dot.
  return points.length === 1 ? `M${list[0]}h0` : `M${list.join('L')}`;
}

function curveShapes(curve: Curve, x: Scale, y: Scale): string[] {
  const shapes: string[] = [];
  for (const piece of pieces(curve)) {
    if (piece.some((point) => point.low !== point.high)) {
      const above = piece.map((point) => [x(point.x), y(point.high)] as const);
      const below = piece.map((point) => [x(point.x), y(point.low)] as const).reverse();
      shapes.push(
        element('path', { d: `${path([...above, ...below])}Z`, class: `band ${curve.tone}` }),
      );
    }
    const d = path(piece.map((point) => [x(point.x), y(point.mid)] as const));
    shapes.push(element('path', { d, class: `line l-${curve.tone}` }));
  }
  const last = drawn(curve).at(-1);
  if (last) {
    shapes.push(element('circle', { cx: x(last.x), cy: y(last.mid), r: 3.5, class: curve.tone }));
  }
  return shapes;
}

function endLabels(panel: Panel, y: Scale, right: number): string[] {
  const marks: { wanted: number; text: string; kind: string }[] = [];
  for (const curve of panel.curves) {
    const last = drawn(curve).at(-1);
    const kind = curve.tone === 'accent' ? 't-accent strong' : 'soft';
    if (!last) continue;
    // An interrupted curve says where it ends: its last value is not the run's last.
    const broken = last === curve.points.at(-1) ? '' : ` at ${fixed(last.x, 0)}`;
    const text = fixed(last.mid, panel.decimals) + panel.unit + broken;
    marks.push({ wanted: y(last.mid), text, kind });
  }
  if (panel.reference) {
    marks.push({ wanted: y(panel.reference.value), text: panel.reference.label, kind: '' });
  }
  const wanted = marks.map((mark) => mark.wanted);
  const placed = spreadLabels(wanted, LABEL_GAP, PLOT_TOP, PLOT_BOTTOM);
  return marks.map((mark, i) =>
    label(right + 10, placed[i] + 4, mark.text, mark.kind ? { class: mark.kind } : {}),
  );
}

function panelShapes(panel: Panel, chart: LineChart, from: number, to: number): string[] {
  const left = from + LEFT;
  const right = to - RIGHT;
  const shapes = [label(from, PLOT_TOP - 18, panel.title, { class: 'strong' })];
  const points = panel.curves.flatMap(drawn);
  if (points.length === 0) {
    const middle = (PLOT_TOP + PLOT_BOTTOM) / 2;
    return [...shapes, label(left, middle, 'no finite values to draw', { class: 'soft' })];
  }
  const values = points.flatMap((point) => [point.low, point.mid, point.high]);
  if (panel.reference) values.push(panel.reference.value);
  const { domain, ticks } = niceDomain(Math.min(...values), Math.max(...values), 5);
  const y = linear(domain, [PLOT_BOTTOM, PLOT_TOP]);
  const xs = panel.curves.flatMap((curve) => curve.points).map((point) => point.x);
  const span = [Math.min(...xs), Math.max(...xs)] as const;
  const x = linear(span, [left, right - 6]);
  for (const tick of ticks.values) {
    const at = y(tick);
    shapes.push(line(left, at, right, at, tick === domain[0] ? 'axis' : 'grid'));
    const text = fixed(tick, ticks.decimals) + panel.unit;
    shapes.push(label(left - 8, at + 4, text, { class: 'soft small', 'text-anchor': 'end' }));
  }
  for (const tick of niceTicks(span[0], span[1], 6, 1).values) {
    const place = { class: 'soft small', 'text-anchor': 'middle' };
    shapes.push(line(x(tick), PLOT_BOTTOM, x(tick), PLOT_BOTTOM + 4, 'axis'));
    shapes.push(label(x(tick), PLOT_BOTTOM + 18, fixed(tick, 0), place));
  }
  shapes.push(
    label((left + right) / 2, PLOT_BOTTOM + 38, chart.xLabel, {
      class: 'soft small',
      'text-anchor': 'middle',
    }),
  );
  if (panel.reference) {
    shapes.push(line(left, y(panel.reference.value), right, y(panel.reference.value), 'reference'));
  }
  // Grey curves first, so that the accent is on top.
  const order = [...panel.curves].sort(
    (a, b) => Number(a.tone === 'accent') - Number(b.tone === 'accent'),
  );
  return [
    ...shapes,
    ...order.flatMap((curve) => curveShapes(curve, x, y)),
    ...endLabels(panel, y, right),
  ];
}

function legend(chart: LineChart): string[] {
  const entries = new Map<string, string>();
  for (const curve of chart.panels.flatMap((panel) => panel.curves)) {
    entries.set(curve.name, `line l-${curve.tone}`);
  }
  if (chart.referenceName && chart.panels.some((panel) => panel.reference)) {
    entries.set(chart.referenceName, 'reference');
  }
  const shapes: string[] = [];
  let x = PADDING;
  for (const [name, kind] of entries) {
    shapes.push(line(x, TOP + 6, x + 22, TOP + 6, kind));
    shapes.push(label(x + 30, TOP + 10, name, { class: 'soft' }));
    // Text cannot be measured here. Seven units for each character suffice for common system fonts.
    x += 30 + name.length * 7 + 20;
  }
  return shapes;
}

/**
 * A line chart: curves with the value at their end, a band from the lowest to the highest seed,
 * a dashed reference line, a legend.
 *
 * @returns The SVG file.
 */
export function lineChart(chart: LineChart): string {
  const gap = 28;
  const share = (WIDTH - 2 * PADDING - gap * (chart.panels.length - 1)) / chart.panels.length;
  const body = [...legend(chart)];
  chart.panels.forEach((panel, i) => {
    const from = PADDING + i * (share + gap);
    body.push(...panelShapes(panel, chart, from, from + share));
  });
  const { title, description } = chart;
  return svgDocument({ width: WIDTH, height: HEIGHT, title, description, body });
}
