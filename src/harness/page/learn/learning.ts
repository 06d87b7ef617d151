import type { Learner, Told } from './learner.ts';
import { NetworkView } from './network-view.ts';
import { explainTerms } from './term-popover.ts';

/** Explains the page: loaded when it is idle. */
export function openLearning(learner: Learner): Told {
  explainTerms();
  const network = new NetworkView(learner);
  return {
    settings: () => network.settings(),
    state: (state) => network.state(state),
  };
}
