import { isObject } from '../../../check.ts';
import { DataError } from '../../../errors.ts';
import type { EpochRecord, Metrics } from '../../../train/history.ts';
import type { RunRecord } from '../run-store.ts';

/** Most epochs of a file: far more than a run has, and few enough to draw. */
const MOST_EPOCHS = 100_000;

const isText = (value: unknown): value is string => typeof value === 'string';
/** JSON has no NaN: a loss that is not finite is null there. */
const isNumber = (value: unknown): boolean => value === null || typeof value === 'number';

const isMetrics = (value: unknown): value is Metrics =>
  isObject(value) && isNumber(value.loss) && isNumber(value.accuracy);

const isRecord = (value: unknown): value is EpochRecord =>
  isObject(value) &&
  typeof value.epoch === 'number' &&
  typeof value.seconds === 'number' &&
  isMetrics(value.train) &&
  (value.test === undefined || isMetrics(value.test));

/** A loss that JSON could not hold is NaN again. */
const losses = <T extends Metrics>(metrics: T): T =>
  metrics.loss === null ? { ...metrics, loss: NaN } : metrics;
const revived = (record: EpochRecord): EpochRecord => ({
  ...record,
  train: losses(record.train),
  ...(record.test ? { test: losses(record.test) } : {}),
});

const isHistory = (value: unknown): value is EpochRecord[] =>
  Array.isArray(value) && value.length <= MOST_EPOCHS && value.every(isRecord);

const isNetwork = (value: unknown): value is RunRecord['networks'][number] =>
  isObject(value) &&
  typeof value.run === 'number' &&
  typeof value.seed === 'number' &&
  isHistory(value.history);

/**
 * The run in a file that this page exported as JSON.
 *
 * @param text the file
 * @param name its name, for messages
 * @returns the run without a key and a number, which the list gives it
 * @throws DataError if it is not such a file
 */
export function runFromJson(text: string, name: string): Omit<RunRecord, 'key' | 'id'> {
  const wrong = (why: string): DataError =>
    new DataError(`${name} ${why}. Give a run that this page saved as JSON`);
  let run: unknown;
  try {
    run = JSON.parse(text);
  } catch {
    throw wrong('is not JSON');
  }
  if (!isObject(run) || run.kind !== 'gradweave run') throw wrong('is not a run of gradweave');
  const { title, query, loss, begun, epochs, seconds, history, live, networks, spreads } = run;
  for (const [field, value] of Object.entries({ title, query, loss, begun })) {
    if (!isText(value)) throw wrong(`has no text as its ${field}`);
  }
  if (!isHistory(history)) throw wrong('has a history that is not a list of epochs');
  if (networks !== undefined && !(Array.isArray(networks) && networks.every(isNetwork))) {
    throw wrong('has networks that are not a list of networks');
  }
  const list = (value: unknown): never[] => (Array.isArray(value) ? (value as never[]) : []);
  return {
    title: String(title),
    query: String(query),
    loss: String(loss),
    begun: String(begun),
    together: Number.isInteger(run.together) ? Number(run.together) : 1,
    adapter: isObject(run.adapter) ? (run.adapter as unknown as RunRecord['adapter']) : null,
    dataset: isObject(run.dataset) ? (run.dataset as unknown as RunRecord['dataset']) : null,
    epochs: typeof epochs === 'number' ? epochs : history.length,
    live: list(live).filter(isMetrics),
    history: history.map(revived),
    networks: list(networks).map((one: RunRecord['networks'][number]) => ({
      ...one,
      history: one.history.map(revived),
    })),
    spreads: list(spreads).filter((one: unknown) => isObject(one) && isObject(one.loss)),
    seconds: typeof seconds === 'number' ? seconds : 0,
    state: run.state === 'done' || run.state === 'failed' ? run.state : 'stopped',
    name: isText(run.name) ? run.name : undefined,
    pinned: false,
    shown: true,
    open: false,
    weights: null,
  };
}
