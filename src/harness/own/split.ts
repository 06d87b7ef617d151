import { holdOut } from '../../data/holdout.ts';

/** The share of samples that are held out to test on. */
export const HELD_OUT = 0.2;

/** Longest name of a class. */
export const LONGEST_CLASS = 60;

/** Decides which samples are held out: the same for each run on the same data. */
const KEY = [1, 0] as const;

/**
 * Chooses samples to train and to test on: a fifth is held out, of each class its share. Of a class of one sample, none is tested.
 *
 * @param labels the class of each sample; undefined if there are none
 */
export const splitOf = (
  count: number,
  labels: Uint32Array | undefined,
): ReturnType<typeof holdOut> => holdOut({ count, labels }, HELD_OUT, KEY);

/** How many samples each class has. */
export function countsOf(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  return counts;
}

/** Accuracy of always saying the class that is the largest in training. */
export function largestShare(train: readonly number[], test: readonly number[]): number {
  const all = test.reduce((a, b) => a + b, 0);
  return all === 0 ? 0 : test[train.indexOf(Math.max(...train))] / all;
}

/** Classes are unbalanced if the largest has more than so many times the samples of the smallest. */
const UNBALANCED = 3;

export const isUnbalanced = (counts: readonly number[]): boolean =>
  Math.max(...counts) > UNBALANCED * Math.min(...counts);
