import { isObject } from '../../../check.ts';
import type { EpochRecord, Metrics } from '../../../train/history.ts';
import { MOST_LETTERS, type Point, type RunRecord } from './run-store.ts';

/** Most epochs of a file: far more than a run has, and few enough to draw. */
const MOST_EPOCHS = 100_000;
/** Most networks of a file: as many as a command trains at once. */
export const MOST_NETWORKS = 4096;
/** Most times that a run was given more epochs, to be listed. */
const MOST_ADDED = 1_000;

export const isText = (value: unknown): value is string => typeof value === 'string';

/** As `crypto.randomUUID` makes them. */
const KEY = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A run's name in the notebook. */
export const isKey = (value: unknown): value is string => isText(value) && KEY.test(value);

export const isCount = (
  value: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

/** The number of an epoch, or of all of a run. */
export const isEpoch = (value: unknown): value is number => isCount(value, 1, MOST_EPOCHS);

export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** A mean of several may be above 1 by rounding. */
const isShare = (value: unknown): boolean => isTime(value) && value <= 1 + 1e-9;

/** JSON has no NaN: a number that is not finite is null there. */
const isMetrics = (value: unknown): value is Metrics =>
  isObject(value) &&
  (value.loss === null || typeof value.loss === 'number') &&
  (value.accuracy === null || isShare(value.accuracy));

const isRecord = (value: unknown): value is EpochRecord =>
  isObject(value) &&
  isEpoch(value.epoch) &&
  isTime(value.seconds) &&
  isMetrics(value.train) &&
  (value.test === undefined || isMetrics(value.test));

/** Each epoch comes after the one before it. */
const isInOrder = (records: readonly EpochRecord[]): boolean =>
  records.every(({ epoch }, i) => i === 0 || epoch > records[i - 1].epoch);

export const isHistory = (value: unknown): value is EpochRecord[] =>
  Array.isArray(value) && value.length <= MOST_EPOCHS && value.every(isRecord) && isInOrder(value);

const isNetwork = (value: unknown): value is RunRecord['networks'][number] =>
  isObject(value) &&
  isCount(value.run, 0) &&
  isCount(value.seed, 0) &&
  isHistory(value.history) &&
  (value.kept === undefined || isEpoch(value.kept));

export const areNetworks = (value: unknown): value is RunRecord['networks'] =>
  Array.isArray(value) && value.length <= MOST_NETWORKS && value.every(isNetwork);

/** Two networks of the same place of their query, if there are such. */
export function samePlace(
  networks: RunRecord['networks'],
): readonly [RunRecord['networks'][number], RunRecord['networks'][number]] | undefined {
  const places = new Map<number, RunRecord['networks'][number]>();
  for (const network of networks) {
    const other = places.get(network.run);
    if (other) return [other, network];
    places.set(network.run, network);
  }
  return undefined;
}

/** The epoch whose weights are kept, if it is one of a history. */
export const keptIn = (kept: unknown, history: readonly EpochRecord[]): number | undefined =>
  history.find(({ epoch }) => epoch === kept)?.epoch;

/** The file that a run's weights were imported from; undefined if it is not as this page writes it. */
export const givenIn = (value: unknown): RunRecord['given'] => {
  if (!isObject(value) || !isText(value.name) || !isMetrics(value.test)) return undefined;
  const { loss, accuracy } = value.test;
  return { name: short(value.name), test: { loss: loss ?? NaN, accuracy } };
};

export const isPoint = (value: unknown): value is Point =>
  isObject(value) && isTime(value.epoch) && isMetrics(value);

const isAddition = (value: unknown): boolean =>
  isObject(value) && isEpoch(value.epochs) && typeof value.anew === 'boolean';

export const areAdditions = (value: unknown): value is NonNullable<RunRecord['more']> =>
  Array.isArray(value) && value.length <= MOST_ADDED && value.every(isAddition);

/** A text of a file, as long as the page shows it. */
export const short = (text: unknown, most = MOST_LETTERS): string => String(text).slice(0, most);

/** Most letters of what a driver says of a GPU. */
const MOST_DRIVER = 400;

const TEXTS = ['vendor', 'architecture', 'device', 'description'] as const;

const isAdapter = (value: unknown): value is NonNullable<RunRecord['adapter']> =>
  isObject(value) &&
  TEXTS.every((name) => isText(value[name])) &&
  typeof value.software === 'boolean';

/** What is known of the GPU in a file; null if it is not as this page writes it. */
export function adapterIn(value: unknown): RunRecord['adapter'] {
  if (!isAdapter(value)) return null;
  const [vendor, architecture, device, description] = TEXTS.map((name) =>
    short(value[name], MOST_DRIVER),
  );
  return { vendor, architecture, device, description, software: value.software };
}

const isNumber = (value: unknown): boolean =>
  isObject(value) &&
  isText(value.name) &&
  Number.isFinite(value.mean) &&
  isTime(value.deviation) &&
  value.deviation > 0 &&
  (value.comma === undefined || value.comma === true);

const OF: readonly string[] = ['images', 'characters', 'rows'];

export const isDataset = (value: unknown): value is NonNullable<RunRecord['dataset']> =>
  isObject(value) &&
  isText(value.name) &&
  typeof value.synthetic === 'boolean' &&
  isCount(value.train, 0) &&
  isCount(value.test, 0) &&
  (value.of === undefined || OF.includes(String(value.of))) &&
  (value.channels === undefined || isCount(value.channels, 1)) &&
  (value.number === undefined || isNumber(value.number)) &&
  (value.sha256 === undefined || isText(value.sha256));

/** The data in a file, without what is not known of any; null if they are not as this page writes them. */
export function datasetIn(value: unknown): RunRecord['dataset'] {
  if (!isDataset(value)) return null;
  const { synthetic, sha256, of, channels, train, test, number } = value;
  return {
    ...{ type: 'dataset', name: short(value.name), synthetic, train, test },
    ...(sha256 === undefined ? {} : { sha256: short(sha256) }),
    ...(of ? { of } : {}),
    ...(channels === undefined ? {} : { channels }),
    ...(number
      ? {
          number: {
            ...{ name: short(number.name), mean: number.mean, deviation: number.deviation },
            ...(number.comma ? { comma: number.comma } : {}),
          },
        }
      : {}),
  };
}
