import type { HostData } from '../data/host.ts';
import { DataError } from '../errors.ts';
import type { CrossEntropyOptions } from '../nn/losses/cross-entropy.ts';
import { ignoredOf } from '../nn/losses.ts';
import type { Filled } from './options.ts';

/**
 * Checks that each split has a sample that counts: its label is not ignored, and its class has a weight above 0.
 *
 * @throws DataError that names the split
 */
export function checkCounted({ train, test }: HostData, { dataset, loss }: Filled): void {
  const { classWeights } = loss as CrossEntropyOptions;
  const ignored = ignoredOf(loss);
  const isHeld = 'validation' in dataset && dataset.validation !== undefined;
  const splits = { train, [isHeld ? 'validation' : 'test']: test };
  for (const [name, split] of Object.entries(splits)) {
    if (!split?.labels || split.live) continue;
    if (split.labels.some((label) => label !== ignored && classWeights?.[label] !== 0)) continue;
    const whys = [
      ...(ignored === undefined ? [] : [`the ignored label, ${ignored | 0}`]),
      ...(classWeights ? ['a class of weight 0'] : []),
    ];
    throw new DataError(
      `no sample of ${name} counts: all ${split.count} have ${whys.join(', or ')}. ${name === 'validation' ? 'Use a larger share or another seed' : 'Correct the labels'}, or change the options of the loss`,
    );
  }
}
