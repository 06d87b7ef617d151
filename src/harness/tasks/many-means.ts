import type { EpochRecord, Metrics } from '../../train/history.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function meansOf(all: readonly Metrics[]): Metrics {
  const accuracies = all.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]));
  return {
    loss: mean(all.map(({ loss }) => loss)),
    accuracy: all[0]?.accuracy === null ? null : mean(accuracies),
  };
}

/** What the means of an epoch are made of. */
export interface CountedNetworks {
  /** The last epochs of the networks that count. */
  readonly last: readonly EpochRecord[];
  readonly train: Metrics;
  readonly test?: Metrics;
}

/**
 * The means of several networks: each counts with its last epoch, also if it has ended before the others. One that has diverged
 * does not count; if all have, they are not finite.
 */
export function networkMeans(
  networks: readonly { readonly history: readonly EpochRecord[] }[],
): CountedNetworks {
  const all = networks.flatMap(({ history }) => history.at(-1) ?? []);
  const finite = all.filter(({ train }) => Number.isFinite(train.loss));
  const last = finite.length > 0 ? finite : all;
  const tests = last.flatMap(({ test }) => test ?? []);
  return {
    last,
    train: meansOf(last.map(({ train }) => train)),
    ...(tests.length > 0 ? { test: meansOf(tests) } : {}),
  };
}
