import type { ByteSplit, ImageDataset } from '../../data/dataset.ts';
import { BUILT_IN, builtInGarments } from '../../data/garments.ts';
import { bytesOf } from '../../data/host.ts';
import { DataError, OptionError } from '../../errors.ts';
import { Engine, type EngineOptions } from '../../gpu/engine.ts';
import { readImageFiles } from './image-files.ts';
import type { Emit } from './task.ts';

function storageOrNone(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Creates the engine and reports its adapter. */
export async function openEngine(
  emit: Emit,
  options: Pick<EngineOptions, 'family'> = {},
): Promise<Engine> {
  // Node has none, and a page without permission to store throws on access.
  const tuningStorage = 'localStorage' in globalThis ? storageOrNone() : undefined;
  const engine = await Engine.create({ ...options, ...(tuningStorage ? { tuningStorage } : {}) });
  emit({ type: 'adapter', adapter: engine.adapter });
  return engine;
}

/** Fetches a file next to the page. */
export async function fetchBytes(path: string): Promise<Uint8Array> {
  const response = await fetch(path).catch((error: unknown) => {
    throw new DataError(`${path} could not be fetched: ${String(error)}`);
  });
  if (!response.ok) {
    throw new DataError(`${path} could not be fetched: the server answered ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

const first = (split: ByteSplit, count: number): ByteSplit => ({
  ...split,
  images: split.images.subarray(0, count * bytesOf(split)),
  labels: split.labels.subarray(0, count),
  count,
});

async function fetchFiles(names: readonly string[]): Promise<ImageDataset> {
  const files: Record<string, Uint8Array> = {};
  for (const name of names) files[name] = await fetchBytes(`data/${encodeURIComponent(name)}`);
  return readImageFiles(files);
}

/** The built-in data set. With few training images, few test images are drawn. */
function drawn(limit: number): ImageDataset {
  const { train, test } = BUILT_IN;
  return builtInGarments({ train: Math.min(limit, train), test: Math.min(limit, test) });
}

/** The files in data/ next to the page, according to the server's index.json; none without one. */
export async function listedFiles(): Promise<readonly string[]> {
  const response = await fetch('data/index.json').catch(() => undefined);
  if (!response?.ok) return [];
  const index: unknown = await response.json().catch(() => null);
  const files = typeof index === 'object' && index && 'files' in index ? index.files : [];
  return Array.isArray(files) ? files.filter((name) => typeof name === 'string') : [];
}

/**
 * The data set in the address: `data=files&data-files=NAME,…` next to the page; `data=auto`: the files that
 * exist there, else the built-in set; or `data=built-in`, the default. `train-limit=N` keeps the first N
 * training images.
 *
 * @param given the data set to use for `auto`
 */
export async function openDataset(
  options: URLSearchParams,
  emit: Emit,
  given?: ImageDataset,
): Promise<ImageDataset> {
  const kind = options.get('data') ?? 'built-in';
  if (!['auto', 'built-in', 'files'].includes(kind)) {
    throw new OptionError(`data=${kind} was given; use auto, built-in or files`);
  }
  const limit = limitOf(options);
  let dataset = kind === 'auto' ? given : undefined;
  if (!dataset && kind !== 'built-in') {
    const names =
      kind === 'auto'
        ? await listedFiles()
        : (options.get('data-files') ?? '').split(',').filter((name) => name !== '');
    if (kind === 'files' || names.length > 0) dataset = await fetchFiles(names);
  }
  return useDataset(options, emit, dataset ?? drawn(limit));
}

/** Says which images a run learns from: those of a data set, or the first ones if `train-limit` says so. */
export function useDataset(
  options: URLSearchParams,
  emit: Emit,
  dataset: ImageDataset,
): ImageDataset {
  const limit = limitOf(options);
  const { name, synthetic, test } = dataset;
  const train = limit < dataset.train.count ? first(dataset.train, limit) : dataset.train;
  const { channels = 1 } = train;
  emit({
    ...{ type: 'dataset', name, synthetic, train: train.count, test: test.count },
    ...(channels === 1 ? {} : { channels }),
  });
  return { ...dataset, train };
}

/** Training samples to keep: all without `train-limit`. */
export function limitOf(options: URLSearchParams): number {
  const limit = Number(options.get('train-limit') ?? Infinity);
  if (!(Number.isInteger(limit) || limit === Infinity) || limit < 1) {
    throw new OptionError(
      `train-limit=${options.get('train-limit')} was given; it must be a positive integer`,
    );
  }
  return limit;
}
