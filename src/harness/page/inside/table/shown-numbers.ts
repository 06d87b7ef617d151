import type { TestedNumbers } from '../../../worker/table-study.ts';
import type { TargetText } from './target-text.ts';

/** What a network says of the held-out rows, and how to write its numbers. */
export interface ShownNumbers extends TestedNumbers {
  /** Predicted − true. */
  readonly errors: Float64Array;
  readonly text: TargetText;
}
