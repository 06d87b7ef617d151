import type { Facts, LogRecord } from '../../log/records.ts';
import { scalarsOf } from '../../log/scalars.ts';

/** One number of a run, as `runs/log-batch` takes it. */
export interface Metric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** A param or a tag. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** Of a request: https://mlflow.org/docs/latest/rest-api.html#request-limits */
export const MOST_METRICS = 1000;
export const MOST_PARAMS = 100;
/** Characters; newer servers allow more. */
const LONGEST_KEY = 250;
const LONGEST_VALUE = 500;

/** Letters, digits, `_`, `-`, `.`, space and slash are allowed. */
const keyOf = (name: string): string => name.replace(/[^\w\-. /]/g, '_').slice(0, LONGEST_KEY);

/** The metrics of a record. */
export function metricsOf(record: LogRecord): Metric[] {
  return scalarsOf(record).flatMap(({ time, step, values }) =>
    Object.entries(values).map(([name, value]) => ({
      key: keyOf(name),
      value,
      timestamp: Math.round(1000 * time),
      step,
    })),
  );
}

/** Options as params. A value that is too long is cut. */
export function pairsOf(facts: Facts): Pair[] {
  return Object.entries(facts).map(([name, value]) => {
    const text = value === null ? 'none' : String(value);
    const cut = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
    return { key: keyOf(name), value: cut };
  });
}

/** The newest metric of each key, as `runs/get` tells. */
export type Newest = ReadonlyMap<string, Pick<Metric, 'step' | 'timestamp'>>;

/** What of a batch a server does not have yet, which may have got it before a connection broke. Steps of a key increase. */
export function missingOf(batch: readonly Metric[], newest: Newest): Metric[] {
  return batch.filter(({ key, step, timestamp }) => {
    const last = newest.get(key);
    if (last === undefined) return true;
    return step > last.step || (step === last.step && timestamp > last.timestamp);
  });
}
