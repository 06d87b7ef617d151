/** What the page measures runs in, which it says before they begin. */
import type { LearnedNumber } from '../protocol.ts';
import { factsNamed } from '../tasks/network-facts.ts';

/** The share of right classes, or of right characters; the error of a number; or nothing beside the loss. */
export type Measure = 'class' | 'number' | 'loss';

/**
 * What a run is measured in.
 *
 * @param model its network's name
 * @param number that it learns, if it does
 */
export function measureOf(model: string, number: boolean): Measure {
  const network = factsNamed(model);
  // An autoencoder's target is its own input.
  if (network.data === 'images' && network.target === 'input') return 'loss';
  return number ? 'number' : 'class';
}

/** As {@link measureOf}, of a run. */
export const measureOfRun = (run: {
  readonly query: string;
  readonly dataset?: { readonly number?: LearnedNumber } | null;
}): Measure =>
  measureOf(new URLSearchParams(run.query).get('model') ?? '2', run.dataset?.number !== undefined);
