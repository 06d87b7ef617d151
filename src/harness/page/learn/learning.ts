import type { LabState } from '../../worker/lab-event.ts';
import type { Remote } from '../remote.ts';
import { NetworkView } from './network-view.ts';
import { explainTerms } from './term-popover.ts';

/** What explanations need of the page. */
export interface Learner {
  readonly remote: Remote;
  /** The present settings. */
  readonly query: () => string;
}

/** What explanations are told. */
export interface Told {
  /** Settings have changed. */
  settings(): void;
  state(state: LabState): void;
}

/** Explains the page: loaded when it is idle. */
export function openLearning(learner: Learner): Told {
  explainTerms();
  const network = new NetworkView(learner);
  return {
    settings: () => network.settings(),
    state: (state) => network.state(state),
  };
}
