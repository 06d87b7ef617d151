import type { Remote } from '../remote.ts';
import { explainTerms } from './term-popover.ts';

/** What explanations need of the page. */
export interface Learner {
  readonly remote: Remote;
}

/** Explains the page: loaded when it is idle. */
export function openLearning(_learner: Learner): void {
  explainTerms();
}
