import type uPlot from 'uplot';
import { CLEAR, DOTS, type EndLabel, endsEarly } from './labels.ts';
import { nameIn } from './names.ts';
import type { Reference } from './references.ts';

/** The most room for labels at the right of a chart, by its width, in pixels of CSS. */
function mostMargin(width: number): number {
  if (width < 360) return 108;
  if (width < 480) return 130;
  return width < 640 ? 150 : 200;
}

/** Names are measured in steps, so that the room for them does not change with every digit. */
const STEP = 20;

/** Room at the right of a chart for labels with these names, in pixels of CSS. */
export function marginFor(plot: uPlot, names: readonly string[], font: string): number {
  if (names.length === 0) return LEADER;
  const { ctx } = plot;
  ctx.save();
  ctx.font = `${LABEL_FONT}px ${font}`;
  const widths = names.map((name) => ctx.measureText(`${name} 00.0\u00a0%`).width);
  ctx.restore();
  const wanted = Math.ceil((Math.max(...widths) + LEADER + 2) / STEP) * STEP;
  return Math.min(wanted, mostMargin(plot.width));
}

/** Dashes of the lines to compare with, in pixels of CSS. */
export const DASH = [5, 5];

export const LABEL_FONT = 11;

/** What a chart draws beside and over its curves. */
export interface Marginalia {
  readonly references: readonly Reference[];
  readonly labels: readonly EndLabel[];
  readonly colour: (label: EndLabel) => string;
  readonly font: string;
  readonly soft: string;
}

/** Draws lines to compare with, and the labels of all lines. */
export function drawMargin(plot: uPlot, marginalia: Marginalia): void {
  const { ctx, bbox } = plot;
  const { references, labels, colour, font, soft } = marginalia;
  const ratio = devicePixelRatio;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.strokeStyle = soft;
  ctx.setLineDash(DASH.map((length) => length * ratio));
  for (const { y } of references) {
    const at = Math.round(plot.valToPos(y, 'y', true));
    if (at < bbox.top || at > bbox.top + bbox.height) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, at);
    ctx.lineTo(right, at);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.font = `${LABEL_FONT * ratio}px ${font}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const widthOf = (text: string): number => ctx.measureText(text).width;
  const left = right + LEADER * ratio;
  const room = ctx.canvas.width - left - 2 * ratio;
  for (const label of labels) {
    const y = label.y * ratio;
    ctx.globalAlpha = 0.5;
    if (endsEarly(label, right / ratio)) {
      ctx.strokeStyle = soft;
      ctx.setLineDash(DOTS.map((length) => length * ratio));
      ctx.beginPath();
      ctx.moveTo((label.x + CLEAR) * ratio, y);
      ctx.lineTo(right, y);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    ctx.strokeStyle = colour(label);
    ctx.beginPath();
    ctx.moveTo(right, y);
    ctx.lineTo(left - 2 * ratio, label.place * ratio);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour(label);
    const value = ` ${label.value}`;
    const name = nameIn(label, room - widthOf(value), widthOf);
    ctx.fillText(name + value, left, label.place * ratio);
  }
  ctx.restore();
}

/** Between the end of the drawing and its labels. */
export const LEADER = 12;
