import type uPlot from 'uplot';
import { cssValue } from '../dom.ts';
import { say } from '../words/words.ts';
import { endsOf, epochsOf, valuesOf } from './axes.ts';
import { colourOf, dashesOf } from './colours.ts';
import type { Curve } from './curves.ts';
import { decimal, type Quantity } from './kinds.ts';
import { marginFor } from './margin.ts';
import { nameOf } from './names.ts';
import { firstFrom, isRead, MOST_WIDE, nearest } from './places.ts';
import type { Reference } from './references.ts';
import type { Shown } from './seeds.ts';
import { linearTicks, logTicks } from './ticks.ts';
import type { View } from './view.ts';

/** What a chart shows at the moment. */
export interface Scene {
  readonly quantity: Quantity;
  readonly view: View;
  readonly shown: readonly Shown[];
  readonly curves: readonly Curve[];
  readonly references: readonly Reference[];
}

/** What a plot calls. */
export interface PlotEvents {
  readonly drawn: (plot: uPlot) => void;
  /** The pointer moved. */
  readonly pointed: (plot: uPlot) => void;
  /** A curve is under the pointer: its run, among those shown. */
  readonly over: (at: number | undefined) => void;
  readonly zoomed: (zoom: View['zoom']) => void;
}

/** Opacities, as the last two digits of a colour. */
const OPACITY = { training: 'a0', tested: 'ff', network: '73', above: '00', below: '00' } as const;
const FAINT = '48';
/** Of runs beside one that stands out. */
const ASIDE = '28';

/** Curves nearer to the pointer than these pixels stand out. */
const NEAR = 14;

export const isLit = ({ keys }: Shown, { lit }: View): boolean =>
  lit === undefined || keys.includes(lit);

/** Whether the scale of a scene is logarithmic. */
export const isLog = ({ quantity, view }: Pick<Scene, 'quantity' | 'view'>): boolean =>
  view.log && quantity.name === 'loss';

/** The opacity of a curve, as two digits of a colour. */
export function opacityOf({ kind, faint, at }: Curve, { shown, view }: Scene): string {
  if (kind === 'above' || kind === 'below') return OPACITY[kind];
  if (!isLit(shown[at], view)) return ASIDE;
  return faint ? FAINT : OPACITY[kind];
}

/** How large a plot is, in pixels of CSS. */
export interface Size {
  readonly width: number;
  readonly height: number;
  /** Between the ticks of values, at least. Default 36. */
  readonly between?: number;
}

/** The options of a plot whose curves have the shape of `scene()`. Their points, the zoom and what stands out may change later. */
export function plotOptions(
  scene: () => Scene,
  { between = 36, ...size }: Size,
  events: PlotEvents,
): uPlot.Options {
  const { curves, shown, quantity } = scene();
  const text = cssValue('--text-soft');
  const grid = { stroke: cssValue('--line'), width: 1 };
  const font = `12px ${cssValue('--font')}`;
  const axis = { stroke: text, grid, ticks: grid, font };
  const colours = shown.map(({ run }) => cssValue(colourOf(run)));
  const log = isLog(scene());
  const series = curves.map(({ kind, at }, i): uPlot.Series => {
    const stroke = (): string => {
      const now = scene();
      return `${colours[at]}${now.curves[i] ? opacityOf(now.curves[i], now) : 'ff'}`;
    };
    if (kind === 'above' || kind === 'below') return { width: 0, points: { show: false } };
    const dash = [...dashesOf(shown[at].run)];
    // One point alone makes no line.
    const isLone = (): boolean => scene().curves[i]?.x.length === 1;
    if (kind !== 'tested') {
      return { stroke, width: 1, dash, points: { show: isLone, size: DOT, fill: stroke, stroke } };
    }
    const isRoomy = (plot: uPlot): boolean =>
      (scene().curves[i]?.x.length ?? 0) * DOT * devicePixelRatio < plot.bbox.width;
    return { stroke, width: 2, dash, points: { show: isRoomy, size: DOT, fill: stroke, stroke } };
  });
  const bands = curves.flatMap(({ kind, at }, i): uPlot.Band[] => {
    if (kind !== 'above') return [];
    const fill = (): string =>
      isLit(shown[at], scene().view) ? `${colours[at]}38` : `${colours[at]}10`;
    return [{ series: [i + 1, i + 2], fill }];
  });
  return {
    ...size,
    bands,
    padding: [
      12,
      (plot) => {
        const now = scene();
        const names = [...now.shown.map(nameOf), ...now.references.map(({ label }) => label)];
        return marginFor(plot, names, cssValue('--font'));
      },
      0,
      0,
    ],
    legend: { show: false },
    focus: { alpha: 1 },
    cursor: {
      y: false,
      sync: { key: 'gradweave', scales: ['x', null] },
      drag: { x: true, y: false, setScale: false, dist: 5 },
      focus: { prox: NEAR },
      // The points that are read, and no others.
      dataIdx: (plot, i, closest, epoch) => {
        const now = scene();
        const curve = now.curves[i - 1];
        if (!curve) return closest;
        const point = nearest(curve, epoch, now.view.zoom);
        // The library takes null for none, whatever its types say.
        return point ? firstFrom(plot.data[0] as number[], point.x) : (null as unknown as number);
      },
      points: {
        show: (_, i) => {
          const curve = curves[i - 1];
          const isMarked = curve && isRead(curve);
          return isMarked && (curve.kind === 'tested' || shown.length <= MOST_WIDE)
            ? Object.assign(document.createElement('div'), { className: 'dot' })
            : (false as unknown as HTMLElement);
        },
        size: (_, i) => (curves[i - 1].kind === 'tested' ? 8 : 6),
        width: 0,
        fill: (_, i) => colours[curves[i - 1].at],
      },
      bind: {
        dblclick: () => () => {
          events.zoomed(undefined);
          return null;
        },
      },
    },
    scales: {
      x: {
        time: false,
        range: () => [...(scene().view.zoom ?? epochsOf(scene().curves))],
      },
      y: {
        distr: log ? 3 : 1,
        range: () => {
          const now = scene();
          return [...endsOf(valuesOf(now.curves, now.references, now.view), log)];
        },
      },
    },
    axes: [
      {
        ...axis,
        ...{ label: say('epoch'), labelFont: font, labelSize: 22, size: 32 },
        splits: (plot, _, least, largest) => [
          ...linearTicks(least, largest, Math.max(2, plot.bbox.width / devicePixelRatio / 60)),
        ],
        values: (_, ticks) => ticks.map(decimal),
      },
      {
        ...axis,
        size: 56,
        splits: (plot, _, least, largest) => {
          const most = Math.max(2, plot.bbox.height / devicePixelRatio / between);
          return [...(log ? logTicks : linearTicks)(least, largest, most)];
        },
        // The library would leave out some of a logarithmic scale's.
        filter: (_, ticks) => ticks,
        values: (_, ticks) => ticks.map(quantity.tick),
      },
    ],
    series: [{}, ...(series.length > 0 ? series : [{}])],
    hooks: {
      draw: [events.drawn],
      setCursor: [events.pointed],
      setSeries: [(_, i) => events.over(i === null ? undefined : curves[i - 1]?.at)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width <= 0) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          events.zoomed([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
        },
      ],
    },
  };
}

/** Diameter of the point of a test, in pixels of CSS. */
const DOT = 5;
