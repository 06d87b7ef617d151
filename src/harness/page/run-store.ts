import type { EpochRecord, Metrics } from '../../train/history.ts';
import type { AdapterFacts, TaskEvent } from '../protocol.ts';

/** A point of a curve: where in the run, counted in epochs. */
export interface Point extends Metrics {
  readonly epoch: number;
}

/** A run as the page keeps it. */
export interface RunRecord {
  readonly id: number;
  readonly title: string;
  /** The address's query that makes the same run again. */
  readonly query: string;
  readonly loss: string;
  readonly begun: string;
  adapter: AdapterFacts | null;
  dataset: Extract<TaskEvent, { type: 'dataset' }> | null;
  epochs: number;
  /** While training, some a second. */
  readonly live: Point[];
  readonly history: EpochRecord[];
  seconds: number;
  state: 'running' | 'done' | 'stopped' | 'failed';
  shown: boolean;
  weights: { readonly bytes: Uint8Array<ArrayBuffer>; readonly step: number } | null;
}

/** More points than a chart has pixels help nobody. */
const MOST_POINTS = 600;

/**
 * Adds a point, in the place of those that lie behind it, where a run goes on from an earlier step. A curve
 * that has become too long is thinned to half its points.
 */
export function addPoint(points: Point[], point: Point): void {
  while ((points.at(-1)?.epoch ?? 0) > point.epoch) points.pop();
  points.push(point);
  if (points.length <= MOST_POINTS) return;
  const kept = points.filter((_, i) => i % 2 === 1 || i === 0);
  points.splice(0, points.length, ...kept);
}

/** What is exported of a run. */
export function runJson(run: RunRecord): string {
  const { shown: _shown, weights: _weights, id: _id, ...rest } = run;
  return `${JSON.stringify({ kind: 'gradweave run', ...rest }, null, 2)}\n`;
}

/** One line an epoch. */
export function runCsv({ history }: RunRecord): string {
  const cell = (value: number | null | undefined): string => String(value ?? '');
  const lines = history.map(({ epoch, train, test, seconds }) =>
    [epoch, train.loss, train.accuracy, test?.loss, test?.accuracy, seconds].map(cell).join(','),
  );
  return ['epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds', ...lines, ''].join(
    '\n',
  );
}
