import type { RunRecord } from '../notebook/run-store.ts';

/** Colours of runs, in turn. CSS defines them for light and dark. */
const RUN_COLOURS = 6;

/** The CSS variable of a run's colour. */
export const colourOf = ({ id }: Pick<RunRecord, 'id'>): string =>
  `--run-${((id - 1) % RUN_COLOURS) + 1}`;
