import type { LabState } from '../../worker/lab-event.ts';
import type { Remote } from '../remote.ts';

/** What explanations need of the page. */
export interface Learner {
  readonly remote: Remote;
  /** The present settings. */
  readonly query: () => string;
  /** Names of those that are wrong. */
  readonly wrong: () => readonly string[];
  /** Says what went wrong. */
  readonly fail: (error: Error) => void;
}

/** What explanations are told. */
export interface Told {
  /** Settings have changed. */
  settings(): void;
  state(state: LabState): void;
}
