import { type Spread, spreadOf } from '../../../ensemble/spread.ts';
import type { AdapterInfo } from '../../../gpu/adapter-info.ts';
import type { EpochRecord, Metrics } from '../../../train/history.ts';
import type { TaskEvent } from '../../protocol.ts';
import { titleText } from './setting-words.ts';

/** A point of a curve; the position is counted in epochs. */
export interface Point extends Metrics {
  readonly epoch: number;
}

/** One of several networks that were trained at once. */
export interface NetworkRecord {
  /** The index of its run in the query. */
  readonly run: number;
  readonly seed: number;
  readonly history: EpochRecord[];
  /** The epoch whose weights it had in the end, if those of its best one were to be kept. */
  kept?: number | undefined;
}

/** Mean and deviation of the networks after an epoch, of those whose loss is finite. */
export interface EpochSpread {
  readonly epoch: number;
  readonly loss: Spread;
  /** Null without classes. */
  readonly accuracy: Spread | null;
}

/** A run as the page stores it. Of networks that differ in their seeds alone, it is one, and its history that of their means. */
export interface RunRecord {
  /** Shown beside what it is called; no two runs of the list have the same. */
  readonly id: number;
  /** Its name in the notebook: no two runs of any time have the same. */
  readonly key: string;
  /** What the page calls it: in English, whatever the reader's language. See `titleText`. */
  title: string;
  /** What the user calls it. Default the title. */
  name?: string | undefined;
  /** Whether it stands at the top of the list. */
  pinned: boolean;
  /** The query in the address that repeats the run, but for {@link more}. */
  query: string;
  readonly loss: string;
  readonly begun: string;
  /** Networks that are trained at once, this run's among them. */
  readonly together: number;
  adapter: AdapterInfo | null;
  dataset: Extract<TaskEvent, { type: 'dataset' }> | null;
  epochs: number;
  /** During training, several a second. */
  readonly live: Point[];
  readonly history: EpochRecord[];
  /** Several networks, of which this is the mean; empty for a single one. */
  readonly networks: readonly NetworkRecord[];
  readonly spreads: EpochSpread[];
  seconds: number;
  state: 'running' | 'paused' | 'done' | 'stopped' | 'failed';
  shown: boolean;
  /** The run of the network with the lowest test loss of all that were trained at once, if it is one of these. */
  best?: number | undefined;
  /** Whether this page has networks of it, of several, that can go on. Not stored. */
  held?: boolean | undefined;
  /** Whether the table lists its networks. */
  open: boolean;
  weights: { readonly bytes: Uint8Array<ArrayBuffer>; readonly step: number } | null;
  /** The epoch whose weights it has, if they are those of the best one. */
  kept?: number | undefined;
  /** Epochs that it was given later, if the query does not repeat them: those added, and whether the optimizer started anew. */
  more?: readonly { readonly epochs: number; readonly anew: boolean }[] | undefined;
  /**
   * Epochs that it was to be given, of which none is done yet, and what it was before. If it is not trained now, they were
   * interrupted.
   */
  adding?:
    | { readonly epochs: number; readonly before: Pick<RunRecord, 'epochs' | 'state'> }
    | undefined;
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

/**
 * Gives an epoch that was too short to be looked at a point of the curve: its mean, in its middle. One that has a point stays as
 * it is.
 */
export function fillEpoch(points: Point[], { epoch, train }: EpochRecord): void {
  if ((points.at(-1)?.epoch ?? 0) <= epoch - 1) {
    addPoint(points, { epoch: epoch - 0.5, loss: train.loss, accuracy: train.accuracy });
  }
}

/** Whether a network's last loss is finite; else it has diverged. */
export const converges = ({ history }: NetworkRecord): boolean =>
  Number.isFinite(history.at(-1)?.train.loss ?? 0);

/**
 * Adds an epoch of a run's networks, and of their means. A network that ended early counts with its last epoch; one that has diverged
 * does not count.
 *
 * @param records by the index of the run; networks that have ended have none
 */
export function addEpoch(
  run: Pick<RunRecord, 'history' | 'networks' | 'seconds' | 'spreads' | 'together'>,
  records: ReadonlyMap<number, EpochRecord>,
): void {
  for (const network of run.networks) {
    const record = records.get(network.run);
    if (record) network.history.push(record);
  }
  const counted = run.networks.filter(converges);
  const fresh = counted.flatMap(({ run: index }) => records.get(index) ?? []);
  if (fresh.length === 0) return;
  const [{ epoch }] = fresh;
  const own = counted.flatMap(({ history }) => history.at(-1) ?? []);
  const tests = own.flatMap(({ test }) => test ?? []);
  const seconds = (fresh[0].seconds * run.networks.length) / run.together;
  run.seconds += seconds;
  run.history.push({
    epoch,
    train: meansOf(own.map(({ train }) => train)),
    ...(tests.length > 0 ? { test: meansOf(tests) } : {}),
    seconds,
  });
  if (tests.length === 0) return;
  run.spreads.push({ epoch, ...spreadsOf(tests) });
}

function spreadsOf(tests: readonly Metrics[]): Omit<EpochSpread, 'epoch'> {
  const accuracies = tests.flatMap(({ accuracy }) => accuracy ?? []);
  return {
    loss: spreadOf(tests.map(({ loss }) => loss)),
    accuracy: accuracies.length > 0 ? spreadOf(accuracies) : null,
  };
}

/** The result of several networks: of each that converges, its last epoch, or the one whose weights are kept. */
export function resultOf({
  networks,
}: Pick<RunRecord, 'networks'>): Omit<EpochSpread, 'epoch'> | undefined {
  const tests = networks.filter(converges).flatMap((network) => keptRecord(network)?.test ?? []);
  return tests.length > 0 ? spreadsOf(tests) : undefined;
}

function meansOf(all: readonly Metrics[]): Metrics {
  const accuracies = all.flatMap(({ accuracy }) => accuracy ?? []);
  return {
    loss: spreadOf(all.map(({ loss }) => loss)).mean,
    accuracy: accuracies.length > 0 ? spreadOf(accuracies).mean : null,
  };
}

/** Whether a run is trained now, in any tab. */
export const isActive = ({ state }: Pick<RunRecord, 'state'>): boolean =>
  state === 'running' || state === 'paused';

/** Whether a run can be given more epochs: it is neither trained now nor failed, and if it is of several networks, they are here. */
export const canGoOn = ({ state, networks, weights, held }: RunRecord): boolean =>
  (state === 'done' || state === 'stopped') &&
  (networks.length > 0 ? held === true : weights !== null);

/** Most letters of what a run is called, as in the field of its name. */
export const MOST_LETTERS = 80;

/** The epoch whose numbers are a run's result: the one whose weights are kept, else the last one. */
export const keptRecord = ({ history, kept }: Pick<RunRecord, 'history' | 'kept'>) =>
  history.find(({ epoch }) => epoch === kept) ?? history.at(-1);

/** Whether a run learns from the visitor's own data. */
export const isOwn = ({ query }: Pick<RunRecord, 'query'>): boolean =>
  new URLSearchParams(query).get('data') === 'own';

/** What a run is called: as somebody named it, else by its title in the reader's language. */
export const calledOf = ({ name, title }: Pick<RunRecord, 'name' | 'title'>): string =>
  (name ?? titleText(title)).slice(0, MOST_LETTERS);

/** What a run is called, with its number. */
export const labelOf = (run: Pick<RunRecord, 'name' | 'title' | 'id'>): string =>
  `${calledOf(run)} #${run.id}`;

/** A run as JSON for export. */
export function runJson(run: RunRecord): string {
  const {
    shown: _shown,
    open: _open,
    best: _best,
    weights: _weights,
    id: _id,
    key: _key,
    pinned: _pinned,
    adding: _adding,
    held: _held,
    networks,
    spreads,
    ...own
  } = run;
  const rest = networks.length > 0 ? { ...own, networks, spreads } : own;
  return `${JSON.stringify({ kind: 'gradweave run', ...rest }, null, 2)}\n`;
}

/** A run as CSV, one line for each epoch; of several networks one for each network and epoch. */
export function runCsv({ history, networks }: RunRecord): string {
  const cell = (value: number | null | undefined): string => String(value ?? '');
  const linesOf = (records: readonly EpochRecord[], before: readonly number[]): string[] =>
    records.map(({ epoch, train, test, seconds }) =>
      [...[...before, epoch, train.loss, train.accuracy], ...[test?.loss, test?.accuracy, seconds]]
        .map(cell)
        .join(','),
    );
  const names = 'epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds';
  const lines =
    networks.length > 0
      ? [`seed,${names}`, ...networks.flatMap((one) => linesOf(one.history, [one.seed]))]
      : [names, ...linesOf(history, [])];
  return [...lines, ''].join('\n');
}
