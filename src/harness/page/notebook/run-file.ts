import { isObject } from '../../../check.ts';
import { DataError } from '../../../errors.ts';
import type { EpochRecord, Metrics } from '../../../train/history.ts';
import { addEpoch, type Point, type RunRecord } from './run-store.ts';

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

const isPoint = (value: unknown): value is Point =>
  isObject(value) && typeof value.epoch === 'number' && isMetrics(value);

const TEXTS = ['vendor', 'architecture', 'device', 'description'] as const;

const isAdapter = (value: unknown): value is NonNullable<RunRecord['adapter']> =>
  isObject(value) &&
  TEXTS.every((name) => isText(value[name])) &&
  typeof value.software === 'boolean';

const isDataset = (value: unknown): value is NonNullable<RunRecord['dataset']> =>
  isObject(value) &&
  isText(value.name) &&
  typeof value.synthetic === 'boolean' &&
  typeof value.train === 'number' &&
  typeof value.test === 'number' &&
  (value.sha256 === undefined || isText(value.sha256));

/** The runs of networks that were trained at once, as their epochs make them: means and spreads are not taken from the file. */
function retold(run: Imported, networks: RunRecord['networks']): Imported {
  const made = {
    ...run,
    history: [],
    spreads: [],
    seconds: 0,
    networks: networks.map((one) => ({ ...one, history: [] })),
  };
  const last = Math.max(...networks.map(({ history }) => history.length));
  for (let i = 0; i < last; i++) {
    const records = networks.flatMap((one) =>
      one.history[i] ? [[one.run, revived(one.history[i])] as const] : [],
    );
    addEpoch(made, new Map(records));
  }
  return made;
}

/** A run that the list has yet to give a key and a number. */
type Imported = Omit<RunRecord, 'key' | 'id'>;

/**
 * The run in a file that this page exported as JSON.
 *
 * @param text the file
 * @param name its name, for messages
 * @returns the run without a key and a number, which the list gives it
 * @throws DataError if it is not such a file
 */
export function runFromJson(text: string, name: string): Imported {
  const wrong = (why: string): DataError =>
    new DataError(`${name} ${why}. Give a run that this page saved as JSON`);
  let run: unknown;
  try {
    run = JSON.parse(text);
  } catch {
    throw wrong('is not JSON');
  }
  if (!isObject(run) || run.kind !== 'gradweave run') throw wrong('is not a run of gradweave');
  const { title, query, loss, begun, epochs, seconds, history, live, networks = [] } = run;
  for (const [field, value] of Object.entries({ title, query, loss, begun })) {
    if (!isText(value)) throw wrong(`has no text as its ${field}`);
  }
  if (!isHistory(history)) throw wrong('has a history that is not a list of epochs');
  if (!Array.isArray(networks) || !networks.every(isNetwork)) {
    throw wrong('has networks that are not a list of networks');
  }
  const { adapter, dataset, state, together } = run;
  const made: Imported = {
    title: String(title),
    query: String(query),
    loss: String(loss),
    begun: String(begun),
    together: Number.isInteger(together) ? Number(together) : 1,
    adapter: isAdapter(adapter) ? adapter : null,
    dataset: isDataset(dataset) ? dataset : null,
    epochs: typeof epochs === 'number' ? epochs : history.length,
    live: Array.isArray(live) ? live.filter(isPoint) : [],
    history: history.map(revived),
    networks: [],
    spreads: [],
    seconds: typeof seconds === 'number' ? seconds : 0,
    state: state === 'done' || state === 'failed' ? state : 'stopped',
    name: isText(run.name) ? run.name : undefined,
    pinned: false,
    shown: true,
    open: false,
    weights: null,
  };
  return networks.length > 0 ? retold(made, networks) : made;
}
