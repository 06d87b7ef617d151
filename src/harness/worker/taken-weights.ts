import type { AdapterInfo } from '../../gpu/adapter-info.ts';
import type { Metrics } from '../../train/history.ts';
import type { TaskEvent } from '../protocol.ts';
import type { Weights } from './run-weights.ts';

/** A network of weights that were given, which is not trained yet: what the page keeps of it. */
export interface TakenWeights {
  /** How good it is. */
  readonly test: Metrics;
  readonly weights: Weights;
  readonly adapter: AdapterInfo;
  readonly dataset: Extract<TaskEvent, { type: 'dataset' }>;
  /** Its name if it has other widths than the settings say: those of its data. */
  readonly fitted: string | undefined;
}
