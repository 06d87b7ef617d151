import type { Spread } from '../../../ensemble/spread.ts';
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
  /** The file that its weights were imported from, and how good those are on test data. */
  given?: { readonly name: string; readonly test: Metrics } | undefined;
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

/** Whether a run is trained now, in any tab. */
export const isActive = ({ state }: Pick<RunRecord, 'state'>): boolean =>
  state === 'running' || state === 'paused';

/** Whether a run is of weights that were imported and are not trained yet. */
export const isImported = ({ given, history }: Pick<RunRecord, 'given' | 'history'>): boolean =>
  given !== undefined && history.length === 0;

/**
 * Whether a run can be given more epochs: it is neither trained now nor failed, and if it is of several networks, they are here.
 * Weights that were imported are trained by a start from them.
 */
export const canGoOn = (run: RunRecord): boolean => {
  const { state, networks, weights, held } = run;
  if (isImported(run) || (state !== 'done' && state !== 'stopped')) return false;
  return networks.length > 0 ? held === true : weights !== null;
};
/** Most letters of what a run is called, as in the field of its name. */
export const MOST_LETTERS = 80;

/** The epoch whose numbers are a run's result: the one whose weights are kept, else the last one. */
export const keptRecord = ({ history, kept }: Pick<RunRecord, 'history' | 'kept'>) =>
  history.find(({ epoch }) => epoch === kept) ?? history.at(-1);

/** How good a run is on test data, as far as it is known. */
export const testOf = (run: Pick<RunRecord, 'history' | 'kept' | 'given'>): Metrics | undefined =>
  isImported(run) ? run.given?.test : keptRecord(run)?.test;

/** Whether a run learns from the visitor's own data. */
export const isOwn = ({ query }: Pick<RunRecord, 'query'>): boolean =>
  new URLSearchParams(query).get('data') === 'own';

/** What a run is called: as somebody named it, else by its title in the reader's language. */
export const calledOf = ({ name, title }: Pick<RunRecord, 'name' | 'title'>): string =>
  (name ?? titleText(title)).slice(0, MOST_LETTERS);

/** What a run is called, with its number. */
export const labelOf = (run: Pick<RunRecord, 'name' | 'title' | 'id'>): string =>
  `${calledOf(run)} #${run.id}`;
