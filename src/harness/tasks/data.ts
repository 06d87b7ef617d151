import type { ImageDataset, ImageSplit } from '../../data/dataset.ts';
import { loadFashionMnist } from '../../data/fashion-mnist.ts';
import { builtInGarments } from '../../data/garments.ts';
import { DataError, OptionError } from '../../errors.ts';
import { Engine } from '../../gpu/engine.ts';
import type { Emit } from './task.ts';

function storageOrNone(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Makes the engine and says on which adapter. */
export async function openEngine(emit: Emit): Promise<Engine> {
  // Node has none; a page that may not store anything throws where it is asked for.
  const tuningStorage = 'localStorage' in globalThis ? storageOrNone() : undefined;
  const engine = await Engine.create(tuningStorage ? { tuningStorage } : {});
  emit({ type: 'adapter', adapter: engine.adapter });
  return engine;
}

/** Fetches a file that stands beside the page. */
export async function fetchBytes(path: string): Promise<Uint8Array> {
  const response = await fetch(path).catch((error: unknown) => {
    throw new DataError(`${path} could not be fetched: ${String(error)}`);
  });
  if (!response.ok) {
    throw new DataError(`${path} could not be fetched: the server said ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

const first = (split: ImageSplit, count: number): ImageSplit => ({
  ...split,
  images: split.images.subarray(0, count * split.height * split.width),
  labels: split.labels.subarray(0, count),
  count,
});

/**
 * The data set that the address names: `data=files&data-files=NAME,…` beside the page, or
 * `data=built-in`, which is the default; `train-limit=N` keeps the first N training images.
 */
export async function openDataset(options: URLSearchParams, emit: Emit): Promise<ImageDataset> {
  let dataset: ImageDataset;
  if (options.get('data') === 'files') {
    const names = (options.get('data-files') ?? '').split(',').filter((name) => name !== '');
    const files: Record<string, Uint8Array> = {};
    for (const name of names) files[name] = await fetchBytes(`data/${name}`);
    dataset = await loadFashionMnist(files);
  } else {
    dataset = builtInGarments();
  }
  const limit = Number(options.get('train-limit') ?? dataset.train.count);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new OptionError(
      `train-limit=${options.get('train-limit')}; it must be a positive integer`,
    );
  }
  if (limit < dataset.train.count) dataset = { ...dataset, train: first(dataset.train, limit) };
  const { name, synthetic, train, test } = dataset;
  emit({ type: 'dataset', name, synthetic, train: train.count, test: test.count });
  return dataset;
}
