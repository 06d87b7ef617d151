import { isObject } from '../../../check.ts';
import { DataError } from '../../../errors.ts';
import type { EpochRecord, Metrics } from '../../../train/history.ts';
import {
  adapterIn,
  areAdditions,
  areNetworks,
  datasetIn,
  givenIn,
  isCount,
  isEpoch,
  isHistory,
  isKey,
  isPoint,
  isText,
  isTime,
  keptIn,
  MOST_NETWORKS,
  samePlace,
  short,
} from './run-checks.ts';
import { addEpoch, addPoint } from './run-epochs.ts';
import type { Point, RunRecord } from './run-store.ts';

/** Most characters of a run's query: all settings, and as many widths as a network has. */
const MOST_QUERY = 4_000;

/** A loss that JSON could not hold is NaN again. */
const losses = <T extends Metrics>(metrics: T): T =>
  metrics.loss === null ? { ...metrics, loss: NaN } : metrics;
const revived = (record: EpochRecord): EpochRecord => ({
  ...record,
  train: losses(record.train),
  ...(record.test ? { test: losses(record.test) } : {}),
});

/** The runs of networks that were trained at once, as their epochs make them: means and spreads are not taken from the file. */
function retold(run: Imported, networks: RunRecord['networks']): Imported {
  const made = {
    ...run,
    history: [] as EpochRecord[],
    spreads: [],
    seconds: 0,
    networks: networks.map(({ run: index, seed, history, kept }) => ({
      ...{ run: index, seed, history: [] as EpochRecord[], kept: keptIn(kept, history) },
    })),
  };
  const last = Math.max(...networks.map(({ history }) => history.length));
  made.epochs = Math.max(made.epochs, last);
  for (let i = 0; i < last; i++) {
    const records = networks.flatMap((one) =>
      one.history[i] ? [[one.run, revived(one.history[i])] as const] : [],
    );
    addEpoch(made, new Map(records));
  }
  // Runs that were trained together have shared the time of their networks: it is that of the file.
  for (const [i, record] of made.history.entries()) {
    const { seconds } = run.history.find(({ epoch }) => epoch === record.epoch) ?? record;
    made.history[i] = { ...record, seconds };
  }
  made.seconds = made.history.reduce((sum, { seconds }) => sum + seconds, 0);
  return made;
}

/** A run that the list has yet to give a number, and a key if the file is of an older page, which saved none. */
type Imported = Omit<RunRecord, 'key' | 'id'> & { readonly key?: string | undefined };

/**
 * The run in a file that this page exported as JSON.
 *
 * @param text the file
 * @param name its name, for messages
 * @returns the run without a number, which the list gives it
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
  const { title, query, loss, begun, history, networks = [] } = run;
  for (const [field, value] of Object.entries({ title, query, loss, begun })) {
    if (!isText(value)) throw wrong(`has no text as its ${field}`);
  }
  if (String(query).length > MOST_QUERY) {
    throw wrong(`has a query of ${String(query).length} characters; ${MOST_QUERY} are the most`);
  }
  if (Number.isNaN(Date.parse(String(begun)))) throw wrong('has no date as its begun');
  if (!isHistory(history)) throw wrong('has a history that is not a list of epochs');
  if (!areNetworks(networks)) {
    throw wrong(`has networks that are not a list of at most ${MOST_NETWORKS} networks`);
  }
  const same = samePlace(networks);
  if (same) {
    const [one, other] = same;
    throw wrong(
      `has two networks of the same place, run ${one.run}: those of the seeds ${one.seed} and ${other.seed}`,
    );
  }
  const made = {
    ...known(run, history),
    title: short(title),
    query: String(query),
    loss: short(loss),
  };
  const told: Imported = { ...made, begun: String(begun), history: history.map(revived) };
  told.epochs = Math.max(told.epochs, history.length);
  if (!isTime(run.seconds)) told.seconds = history.reduce((sum, { seconds }) => sum + seconds, 0);
  return networks.length > 0 ? retold(told, networks) : told;
}

/** What of a file may be missing, or odd: then it is left out. */
function known(
  run: Record<string, unknown>,
  history: readonly EpochRecord[],
): Omit<Imported, 'title' | 'query' | 'loss' | 'begun' | 'history'> {
  const { adapter, dataset, state, together, epochs, live, seconds, name, kept, more, key, given } =
    run;
  const points: Point[] = [];
  for (const point of Array.isArray(live) ? live : []) {
    if (isPoint(point)) addPoint(points, losses(point));
  }
  return {
    key: isKey(key) ? key : undefined,
    together: isCount(together, 1, MOST_NETWORKS) ? together : 1,
    adapter: adapterIn(adapter),
    dataset: datasetIn(dataset),
    epochs: isEpoch(epochs) ? epochs : 0,
    live: points,
    networks: [],
    spreads: [],
    seconds: isTime(seconds) ? seconds : 0,
    state: state === 'done' || state === 'failed' ? state : ('stopped' as const),
    name: isText(name) && name.trim() !== '' ? short(name.trim()) : undefined,
    pinned: false,
    shown: true,
    open: false,
    weights: null,
    kept: keptIn(kept, history),
    more: areAdditions(more) ? more : undefined,
    given: givenIn(given),
  };
}
