import type { RunRecord } from '../notebook/run-store.ts';

/** Colours of runs, in turn. CSS defines them for light and dark. */
export const RUN_COLOURS = 10;

/** Dashes of the curves of runs beyond these, in turn, in pixels of CSS. */
const DASHES: readonly (readonly number[])[] = [[], [9, 4], [3, 3]];

/** The CSS variable of a run's colour. */
export const colourOf = ({ id }: Pick<RunRecord, 'id'>): string =>
  `--run-${((id - 1) % RUN_COLOURS) + 1}`;

/** The dashes of a run's curves, which tell it from another one of its colour; none for the first runs. */
export const dashesOf = ({ id }: Pick<RunRecord, 'id'>): readonly number[] =>
  DASHES[Math.floor((id - 1) / RUN_COLOURS) % DASHES.length];

/** How the curves of a run are drawn. */
export interface Stroke {
  /** A variable of CSS. */
  readonly colour: string;
  /** In pixels of CSS: drawn, left out. None: drawn all along. */
  readonly dashes: readonly number[];
}

export const strokeOf = (run: Pick<RunRecord, 'id'>): Stroke => ({
  colour: colourOf(run),
  dashes: dashesOf(run),
});

/** The background, in CSS, of a piece of a run's curve: what tells it from the others is in the curve itself. */
export function swatchBackground({ colour, dashes: [on, off] }: Stroke): string {
  if (on === undefined || off === undefined) return `var(${colour})`;
  return `repeating-linear-gradient(90deg, var(${colour}) 0 ${on}px, transparent ${on}px ${on + off}px)`;
}
