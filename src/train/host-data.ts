import type { AnySplit } from '../data/dataset.ts';
import { holdOut, shareOf } from '../data/holdout.ts';
import { type HostSplit, hostImages } from '../data/host.ts';
import { hostRowSplit, standardised, subsetOf, weighed } from '../data/host-rows.ts';
import { isColumnScale } from '../data/standardise.ts';
import { statisticsOf } from '../data/statistics.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { Sequential } from '../nn/layers.ts';
import { ignoredOf } from '../nn/losses.ts';
import { rowsOf } from '../nn/model.ts';
import { keyOf } from '../random/domains.ts';
import { type Filled, isImages, isTensors } from './options.ts';
import type { Prepared } from './splits.ts';

/** Checks arrays and images on the host, holds out the validation share, and finds the standardisation. */
export async function anyHostData(options: Filled): Promise<Prepared> {
  const { dataset, model, target, normalize, seed, loss } = options;
  if (isTensors(dataset)) return { host: undefined, normalize: null };
  const columns = sizeOf(model.inputShape);
  const wanted = target === 'label' ? 'labels' : target === 'value' ? 'targets' : undefined;
  const hostOf = async (name: 'train' | 'test'): Promise<HostSplit | undefined> => {
    if (isImages(dataset)) {
      const split: AnySplit | undefined = dataset[name];
      return split && weighed(name, hostImages(split, split.labels), split.weights);
    }
    const split = dataset[name];
    if (!split) return;
    const ignored = ignoredOf(loss);
    const host = await hostRowSplit(name, split, columns, rowsOf(model, target), wanted, ignored);
    (model as Partial<Sequential>).layers?.[0].reads?.(name, split, ignored);
    return host;
  };
  const whole = await hostOf('train');
  if (!whole) return { host: undefined, normalize: null };
  const validation = 'validation' in dataset ? dataset.validation : undefined;
  const held = validation === undefined ? undefined : shareOf(validation, seed);
  const parts = held && holdOut(whole, held.share, keyOf(held.seed));
  const train = parts ? subsetOf(whole, parts.train) : whole;
  const scale = normalize === 'standardise' ? await statisticsOf(train) : normalize;
  const scaled = (host: HostSplit): HostSplit =>
    isColumnScale(scale) ? standardised(host, scale) : host;
  if (parts) {
    const [first, second] = [parts.train, parts.test].map((part) => subsetOf(scaled(whole), part));
    return { host: { train: first, test: second }, normalize: scale };
  }
  const test = await hostOf('test');
  const host = { train: scaled(train), test: test && scaled(test) };
  return { host, normalize: scale };
}
