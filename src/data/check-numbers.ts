import { checkKeys, describe, isPlain } from '../check.ts';
import { DataError } from '../errors.ts';
import { checkGather, checkRows, kindOf } from './check.ts';

const NUMBERS = ['count', 'targets', 'labels', 'weights'];

/**
 * Checks the keys of a split of numbers and the kinds of its arrays.
 *
 * @param which its name, for the error
 * @throws OptionError, DataError
 */
export function checkNumberSplit(which: string, given: object): void {
  const split = given as Readonly<Record<string, unknown>>;
  const kind = 'inputs' in split ? 'inputs' : 'gather';
  if (isPlain(split)) checkKeys(which, split, [kind, ...NUMBERS]);
  if (kind === 'gather') checkGather(which, split.gather);
  const { count } = split;
  if (kindOf(split) === 'tensors') {
    if (Number.isInteger(count) && Number(count) > 0) return;
    throw new DataError(`${which}: count ${describe(count)} was given; use an integer from 1 up`);
  }
  checkRows(which, split, ['targets', 'labels', 'weights']);
}
