/** A perceptron's widths, as they are edited in the picture. The first and the last one are given by the data. */

/** Most units of a hidden layer, and most hidden layers, that the picture makes. */
export const MOST_UNITS = 4096;
export const MOST_HIDDEN = 8;
/** Most units that the field takes. */
const WIDEST = 65_536;
/** Pixels that a handle is dragged for twice as many units. */
const OCTAVE = 40;

/** Widths that the handle stops at: closer together where they are small. */
const STOPS: readonly number[] = (() => {
  const stops: number[] = [];
  for (
    let width = 1;
    width <= WIDEST;
    width += 2 ** Math.max(0, Math.floor(Math.log2(width)) - 3)
  ) {
    stops.push(width);
  }
  return stops;
})();

/** Most units that a layer of this width can be given: one that is wider than the picture makes them can stay so. */
export const mostFor = (width: number): number => Math.max(MOST_UNITS, width);

/** The widths of the field; undefined if it is no list of widths. */
export function widthsIn(text: string): number[] | undefined {
  const widths = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  return widths.length >= 2 && widths.every((width) => width >= 1 && width <= WIDEST)
    ? widths
    : undefined;
}

export const textOfWidths = (widths: readonly number[]): string => widths.join(',');

/** The stop that is closest by ratio, up to a limit. */
export function snapped(width: number, most = MOST_UNITS): number {
  const wanted = Math.log(Math.max(1, width));
  return STOPS.filter((stop) => stop <= most).reduce((best, stop) =>
    Math.abs(Math.log(stop) - wanted) < Math.abs(Math.log(best) - wanted) ? stop : best,
  );
}

/** The next stop above or below; the same width if there is none. */
export function stepped(width: number, up: boolean): number {
  const found = up
    ? STOPS.find((stop) => stop > width && stop <= MOST_UNITS)
    : STOPS.findLast((stop) => stop < width);
  return found ?? width;
}

/** A width after its handle was dragged so many pixels outwards. */
export function draggedBy(width: number, pixels: number): number {
  if (pixels === 0) return width;
  const to = snapped(width * 2 ** (pixels / OCTAVE), mostFor(width));
  // Between two stops, the closest one may lie the other way.
  return pixels > 0 ? Math.max(width, to) : Math.min(width, to);
}

/** What a key of a slider makes of a width; undefined for other keys. */
export function keyed(width: number, key: string): number | undefined {
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return stepped(width, true);
    case 'ArrowDown':
    case 'ArrowLeft':
      return stepped(width, false);
    case 'PageUp':
      return Math.min(mostFor(width), 2 * width);
    case 'PageDown':
      return Math.max(1, Math.floor(width / 2));
    case 'Home':
      return 1;
    case 'End':
      return mostFor(width);
    default:
      return undefined;
  }
}

/** With a new layer before the one at `place`: as wide as the geometric mean of its neighbours. */
export function withLayer(widths: readonly number[], place: number): number[] {
  const mean = snapped(Math.sqrt(widths[place - 1] * widths[place]));
  return [...widths.slice(0, place), mean, ...widths.slice(place)];
}

export const withoutLayer = (widths: readonly number[], place: number): number[] =>
  widths.filter((_, i) => i !== place);

export const withWidth = (widths: readonly number[], place: number, width: number): number[] =>
  widths.map((one, i) => (i === place ? width : one));

/** How high a layer is drawn, from 0 for a unit to 1 for {@link MOST_UNITS}: by its logarithm. */
export const heightOf = (width: number): number =>
  Math.min(1, Math.log2(Math.max(1, width)) / Math.log2(MOST_UNITS));

/** What a layer of m inputs and n units has and costs: m·n weights and n biases; 2·m·n operations for a sample, forward. */
export interface LayerFigures {
  readonly inputs: number;
  readonly units: number;
  readonly parameters: number;
  readonly flop: number;
}

export const figuresOf = (widths: readonly number[]): LayerFigures[] =>
  widths.slice(1).map((units, i) => {
    const inputs = widths[i];
    return { inputs, units, parameters: inputs * units + units, flop: 2 * inputs * units };
  });

/**
 * Operations of a training step for a sample, by those of the forward pass: the backward pass has two products of the same size for
 * each one forward, for the gradients of the inputs and of the weights (Hobbhahn and Sevilla 2021, “What’s the backward-forward FLOP
 * ratio for neural networks?”). A little more than is done: the first layer's inputs need no gradient.
 */
export const stepFlop = (forward: number): number => 3 * forward;

const flopOf = (widths: readonly number[]): number =>
  figuresOf(widths).reduce((sum, { flop }) => sum + flop, 0);

/** How many times the operations of a preset a perceptron takes, on the same inputs and outputs. */
export const timesOf = (widths: readonly number[], preset: readonly number[]): number =>
  flopOf(widths) / flopOf([widths[0], ...preset.slice(1, -1), ...widths.slice(-1)]);
