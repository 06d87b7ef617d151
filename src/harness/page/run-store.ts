import type { AdapterInfo } from '../../gpu/adapter-info.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import type { TaskEvent } from '../protocol.ts';

/** A point of a curve; the position is counted in epochs. */
export interface Point extends Metrics {
  readonly epoch: number;
}

/** A run as the page stores it. */
export interface RunRecord {
  readonly id: number;
  readonly title: string;
  /** The query in the address that repeats the run. */
  readonly query: string;
  readonly loss: string;
  readonly begun: string;
  adapter: AdapterInfo | null;
  dataset: Extract<TaskEvent, { type: 'dataset' }> | null;
  epochs: number;
  /** During training, several a second. */
  readonly live: Point[];
  readonly history: EpochRecord[];
  seconds: number;
  state: 'running' | 'done' | 'stopped' | 'failed';
  shown: boolean;
  weights: { readonly bytes: Uint8Array<ArrayBuffer>; readonly step: number } | null;
}

/** No chart has more pixels than this. */
const MOST_POINTS = 600;

/**
 * Adds a point. If a run resumes from an earlier step, the point replaces later ones. A curve that is too
 * long is thinned to half its points.
 */
export function addPoint(points: Point[], point: Point): void {
  while ((points.at(-1)?.epoch ?? 0) > point.epoch) points.pop();
  points.push(point);
  if (points.length <= MOST_POINTS) return;
  const kept = points.filter((_, i) => i % 2 === 1 || i === 0);
  points.splice(0, points.length, ...kept);
}

/** A run as JSON for export. */
export function runJson(run: RunRecord): string {
  const { shown: _shown, weights: _weights, id: _id, ...rest } = run;
  return `${JSON.stringify({ kind: 'gradweave run', ...rest }, null, 2)}\n`;
}

/** A run as CSV, one line for each epoch. */
export function runCsv({ history }: RunRecord): string {
  const cell = (value: number | null | undefined): string => String(value ?? '');
  const lines = history.map(({ epoch, train, test, seconds }) =>
    [epoch, train.loss, train.accuracy, test?.loss, test?.accuracy, seconds].map(cell).join(','),
  );
  return ['epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds', ...lines, ''].join(
    '\n',
  );
}
