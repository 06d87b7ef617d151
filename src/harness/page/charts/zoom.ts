import type { Span } from './axes.ts';
import type { View } from './view.ts';

/** The narrowest zoom, in epochs. */
const LEAST_SPAN = 0.02;

/** A zoom around an epoch, `factor` times as wide as what is seen; undefined if that is everything. */
export function zoomBy(
  view: View,
  all: Span,
  at: number | undefined,
  factor: number,
): View['zoom'] {
  const [from, to] = view.zoom ?? all;
  const span = Math.max(LEAST_SPAN, (to - from) * factor);
  if (span >= all[1] - all[0]) return undefined;
  const centre = at ?? (from + to) / 2;
  const share = (centre - from) / (to - from);
  const start = Math.min(Math.max(centre - share * span, all[0]), all[1] - span);
  return [start, start + span];
}
