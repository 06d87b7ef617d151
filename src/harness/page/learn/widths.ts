/** A perceptron's widths, as they are edited in the picture. The first and the last one are given by the data. */

/** Most units of a hidden layer, and most hidden layers, that the picture makes; the field takes more. */
export const MOST_UNITS = 4096;
export const MOST_HIDDEN = 8;

/** Widths that the handle stops at: closer together where they are small. */
const STOPS: readonly number[] = (() => {
  const stops: number[] = [];
  for (
    let width = 1;
    width <= MOST_UNITS;
    width += 2 ** Math.max(0, Math.floor(Math.log2(width)) - 3)
  ) {
    stops.push(width);
  }
  return stops;
})();

/** The widths of the field; undefined if it is no list of widths. */
export function widthsIn(text: string): number[] | undefined {
  const widths = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  return widths.length >= 2 && widths.every((width) => width >= 1 && width <= 65_536)
    ? widths
    : undefined;
}

export const textOfWidths = (widths: readonly number[]): string => widths.join(',');

/** The stop that is closest by ratio. */
export function snapped(width: number): number {
  const wanted = Math.log(Math.max(1, width));
  return STOPS.reduce((best, stop) =>
    Math.abs(Math.log(stop) - wanted) < Math.abs(Math.log(best) - wanted) ? stop : best,
  );
}

/** The next stop above or below. */
export function stepped(width: number, up: boolean): number {
  const found = up ? STOPS.find((stop) => stop > width) : STOPS.findLast((stop) => stop < width);
  return found ?? Math.min(MOST_UNITS, Math.max(1, width));
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
      return Math.min(MOST_UNITS, 2 * width);
    case 'PageDown':
      return Math.max(1, Math.floor(width / 2));
    case 'Home':
      return 1;
    case 'End':
      return MOST_UNITS;
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

/** The inverse of {@link heightOf}, at a stop. */
export const widthAt = (height: number): number =>
  snapped(MOST_UNITS ** Math.min(1, Math.max(0, height)));

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
