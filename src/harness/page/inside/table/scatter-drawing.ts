import { cssValue } from '../../dom.ts';
import { say } from '../../words/words.ts';
import { CELL, densityOf, MANY, type ScatterScale, xOf, yOf } from './scatter-scale.ts';
import type { ShownNumbers } from './shown-numbers.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const FONT = '12px system-ui, sans-serif';

/** A cleared canvas of so many CSS pixels. */
export function sized(
  canvas: HTMLCanvasElement,
  { width, height }: Size,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context?.scale(ratio, ratio);
  return context;
}

/** Draws the axes with their names and units, the line of true predictions, and the points. */
export function drawScatter(
  context: CanvasRenderingContext2D,
  size: Size,
  shown: ShownNumbers,
  scale: ScatterScale,
): void {
  drawAxes(context, size, shown, scale);
  context.fillStyle = cssValue('--accent');
  if (shown.truth.length > MANY) drawDensity(context, shown, scale);
  else drawPoints(context, shown, scale);
}

/** An upright and a level line through a place, from edge to edge. */
function drawLines(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: ScatterScale,
  x: number,
  y: number,
): void {
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, top + height);
  context.moveTo(left, y);
  context.lineTo(left + width, y);
  context.stroke();
}

function drawAxes(
  context: CanvasRenderingContext2D,
  size: Size,
  { text }: ShownNumbers,
  scale: ScatterScale,
): void {
  const { left, top, width, height, ticks, least, largest } = scale;
  context.font = FONT;
  context.lineWidth = 1;
  for (const tick of ticks) {
    const [x, y] = [Math.round(xOf(scale, tick)) + 0.5, Math.round(yOf(scale, tick)) + 0.5];
    context.strokeStyle = cssValue('--line');
    drawLines(context, scale, x, y);
    context.fillStyle = cssValue('--text-soft');
    const label = text.round(tick);
    context.textAlign = 'center';
    context.textBaseline = 'top';
    const half = context.measureText(label).width / 2;
    context.fillText(label, Math.min(x, size.width - half), top + height + 6);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillText(label, left - 8, y, left - 26);
  }
  context.strokeStyle = cssValue('--edge');
  context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  context.setLineDash([6, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = cssValue('--text-soft');
  context.beginPath();
  context.moveTo(xOf(scale, least), yOf(scale, least));
  context.lineTo(xOf(scale, largest), yOf(scale, largest));
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = cssValue('--text');
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  const { column } = text;
  context.fillText(say('{column}: true', { column }), left + width / 2, size.height - 2, width);
  context.save();
  context.translate(2, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = 'top';
  context.fillText(say('{column}: predicted', { column }), 0, 0, height);
  context.restore();
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { truth, predicted }: ShownNumbers,
  scale: ScatterScale,
): void {
  const count = truth.length;
  const radius = count <= 100 ? 4.5 : count <= 800 ? 3.2 : 2.2;
  context.globalAlpha = count <= 100 ? 0.8 : 0.5;
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(predicted[i])) continue;
    context.beginPath();
    context.arc(xOf(scale, truth[i]), yOf(scale, predicted[i]), radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** The faintest cell: a single row stays visible. */
const FAINT = 0.25;

function drawDensity(
  context: CanvasRenderingContext2D,
  shown: ShownNumbers,
  scale: ScatterScale,
): void {
  const { counts, columns, most } = densityOf(shown, scale);
  counts.forEach((count, i) => {
    if (count === 0) return;
    // Its logarithm: most rows are close to the line.
    const share = most > 1 ? Math.log(count) / Math.log(most) : 1;
    context.globalAlpha = FAINT + (1 - FAINT) * share;
    const [x, y] = [i % columns, Math.floor(i / columns)];
    context.fillRect(scale.left + x * CELL, scale.top + y * CELL, CELL, CELL);
  });
  context.globalAlpha = 1;
}

/** Marks a row, and leads to both axes. */
export function drawCross(
  context: CanvasRenderingContext2D,
  { truth, predicted }: ShownNumbers,
  scale: ScatterScale,
  at: number,
): void {
  if (!Number.isFinite(predicted[at])) return;
  const [x, y] = [xOf(scale, truth[at]), yOf(scale, predicted[at])];
  context.strokeStyle = cssValue('--text-soft');
  context.lineWidth = 1;
  drawLines(context, scale, x, y);
  context.strokeStyle = cssValue('--text');
  context.fillStyle = cssValue('--mark-ground');
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
