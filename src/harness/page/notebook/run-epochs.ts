import { spreadOf } from '../../../ensemble/spread.ts';
import type { EpochRecord, Metrics } from '../../../train/history.ts';
import {
  type EpochSpread,
  keptRecord,
  type NetworkRecord,
  type Point,
  type RunRecord,
} from './run-store.ts';

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
 * does not count. The time of networks that were trained together is shared between them.
 *
 * @param records of all that were trained, by the index of the run; networks that have ended have none
 */
export function addEpoch(
  run: Pick<RunRecord, 'history' | 'networks' | 'seconds' | 'spreads'>,
  records: ReadonlyMap<number, EpochRecord>,
): void {
  let trained = 0;
  for (const network of run.networks) {
    const record = records.get(network.run);
    if (!record) continue;
    network.history.push(record);
    trained++;
  }
  const counted = run.networks.filter(converges);
  const fresh = counted.flatMap(({ run: index }) => records.get(index) ?? []);
  if (fresh.length === 0) return;
  const [{ epoch }] = fresh;
  const own = counted.flatMap(({ history }) => history.at(-1) ?? []);
  const tests = own.flatMap(({ test }) => test ?? []);
  const seconds = (fresh[0].seconds * trained) / records.size;
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

/**
 * The epochs that count of runs of several networks: of each that converges the last one, or at the end the one whose weights are
 * kept. If none converges, the last ones of all.
 *
 * @param recordOf which epoch of a network it is
 */
export function countedRecords(
  runs: readonly Pick<RunRecord, 'networks'>[],
  recordOf: (network: NetworkRecord) => EpochRecord | undefined,
): EpochRecord[] {
  const all = runs.flatMap(({ networks }) => networks);
  const counted = all.filter(converges);
  return (counted.length > 0 ? counted : all).flatMap((network) => recordOf(network) ?? []);
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
