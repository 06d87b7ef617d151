import { checkKeys, describe, isObject, isPlain } from '../check.ts';
import { OptionError } from '../errors.ts';
import { HOLDOUT_DOMAIN } from '../random/domains.ts';
import { shuffleOf } from '../random/permute.ts';
import type { HostSplit } from './host.ts';
import type { Validation } from './validation.ts';

/** A split, as far as its samples are chosen by it. */
type Stratified = Pick<HostSplit, 'count' | 'labels' | 'live'>;

/** The samples of the two parts of a split, in its order. */
export interface Holdout {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * The share, and the key that chooses the samples.
 *
 * @param seed the trainer's
 * @throws OptionError if it is neither a number nor a share with a seed
 */
export function shareOf(given: Validation, seed: number): { share: number; seed: number } {
  if (!isObject(given) || !isPlain(given)) return { share: given as number, seed };
  checkKeys('validation', given, ['share', 'seed']);
  return { share: given.share, seed: given.seed };
}

/**
 * Holds out a share of a split: ⌊share · count + ½⌋ samples, chosen by the key. If there are labels, each class
 * contributes its share, and so does a label that the loss ignores, rounded so that the sum is right (largest remainders
 * first, then lower labels). Both parts keep the original order.
 *
 * @param share above 0 and below 1
 * @throws OptionError if the share is invalid, or leaves either part empty
 */
export function holdOut(host: Stratified, share: number, key: readonly [number, number]): Holdout {
  if (typeof share !== 'number' || !(share > 0 && share < 1)) {
    throw new OptionError(
      `validation ${describe(share)} was given; use a share above 0 and below 1, or { share, seed }`,
    );
  }
  if (host.live) {
    throw new OptionError('validation was given for a live set; give a test split');
  }
  const { count } = host;
  const held = Math.round(share * count);
  if (held === 0 || held === count) {
    throw new OptionError(
      `validation ${share} of ${count} samples leaves one part empty; use another share`,
    );
  }
  const strata = strataOf(host);
  const wanted = apportion(
    strata.map(([, { length }]) => length),
    held,
    count,
  );
  const out = new Uint8Array(count);
  for (const [i, [label, members]] of strata.entries()) {
    const order = shuffleOf(members.length, label, key, HOLDOUT_DOMAIN);
    for (let n = 0; n < wanted[i]; n++) out[members[order(n)]] = 1;
  }
  const part = (flag: number): Uint32Array =>
    Uint32Array.from({ length: count }, (_, i) => i).filter((i) => out[i] === flag);
  return { train: part(0), test: part(1) };
}

/** The samples of each label, in the order of the labels, or all. A label that a loss ignores may be any u32. */
function strataOf({ count, labels }: Stratified): [label: number, members: number[]][] {
  const strata = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const label = labels ? labels[i] : 0;
    const members = strata.get(label);
    if (members) members.push(i);
    else strata.set(label, [i]);
  }
  return [...strata].sort(([a], [b]) => a - b);
}

/** How many of each stratum: integers near size · held / count that add up to `held`. */
function apportion(sizes: readonly number[], held: number, count: number): number[] {
  const counts = sizes.map((size) => Math.floor((size * held) / count));
  const left = held - counts.reduce((a, b) => a + b, 0);
  const byRemainder = sizes
    .map((size, i) => [(size * held) % count, i] as const)
    .sort(([a, i], [b, j]) => b - a || i - j);
  for (const [, i] of byRemainder.slice(0, left)) counts[i]++;
  return counts;
}
