import type { ImageDataset } from '../../data/dataset.ts';
import {
  FASHION_MNIST,
  FASHION_MNIST_DEVIATION,
  FASHION_MNIST_MEAN,
} from '../../data/fashion-mnist.ts';
import { DataError, OptionError } from '../../errors.ts';
import type { ClassifierRun, PaperResults } from '../../paper/results.ts';
import { ANKLE_BOOT, AUTOENCODER, PAPER_MODELS } from '../../paper/table.ts';
import { openDataset } from './data.ts';
import type { ImageSettings } from './image-settings.ts';
import { LastingEngine } from './lasting-engine.ts';
import { type FirstNetwork, type Once, onceFor, trainSeeds } from './paper-runs.ts';
import { imageSettingsOf } from './settings.ts';
import type { Emit, Task } from './task.ts';

/** The test images `indices` as a separate split. */
function pick({ test }: ImageDataset, indices: readonly number[]) {
  const size = test.height * test.width;
  const images = new Uint8Array(indices.length * size);
  indices.forEach((index, i) => {
    images.set(test.images.subarray(index * size, (index + 1) * size), i * size);
  });
  return { images, count: indices.length, height: test.height, width: test.width };
}

const pixelsOf = ({ test }: ImageDataset, index: number): number[] => [
  ...test.images.subarray(index * test.height * test.width, (index + 1) * test.height * test.width),
];

const firstOf = ({ test }: ImageDataset, label: number): number =>
  Math.max(0, test.labels.indexOf(label));

type Shown = Pick<PaperResults, 'confusion' | 'ankleBoot'>;

async function showClassifier(network: FirstNetwork, dataset: ImageDataset): Promise<Shown> {
  const index = firstOf(dataset, ANKLE_BOOT);
  const outputs = [...(await network.predict(pick(dataset, [index])))];
  const { confusion } = await network.evaluate();
  return {
    confusion: confusion ?? [],
    ankleBoot: {
      index,
      pixels: pixelsOf(dataset, index),
      outputs,
      predicted: outputs.indexOf(Math.max(...outputs)),
    },
  };
}

async function showAutoencoder(
  network: FirstNetwork,
  dataset: ImageDataset,
): Promise<PaperResults['reconstructions']> {
  const indices = dataset.classes.map((_, label) => firstOf(dataset, label));
  const outputs = await network.predict(pick(dataset, indices));
  const size = dataset.test.height * dataset.test.width;
  return indices.map((index, label) => ({
    label,
    index,
    pixels: pixelsOf(dataset, index),
    output: [...outputs.subarray(label * size, (label + 1) * size)],
  }));
}

/** The text recipe (mean squared error, pixels from 0 to 1) and the table recipe (cross-entropy, standardised). */
const VARIANTS = [
  { loss: 'mse', normalize: null, says: 'mean squared error' },
  {
    loss: 'cross_entropy',
    normalize: [FASHION_MNIST_MEAN, FASHION_MNIST_DEVIATION],
    says: 'cross-entropy',
  },
] as const;

/** A model's settings for each seed from 1 on. */
function seedsOf(
  model: string,
  seeds: number,
  epochs: string | null,
  change: Partial<ImageSettings> & { readonly title: string },
): ImageSettings[] {
  const which = seeds === 1 ? 'seed 1' : `seeds 1 to ${seeds}`;
  return Array.from({ length: seeds }, (_, i) => {
    const query = new URLSearchParams({ model, seed: String(i + 1) });
    if (epochs !== null) query.set('epochs', epochs);
    return { ...imageSettingsOf(query), ...change, title: `${change.title}, ${which}` };
  });
}

/** What the paper's runs need. */
interface PaperTask {
  readonly lasting: LastingEngine;
  readonly dataset: ImageDataset;
  readonly seeds: number;
  /** Instead of the models' own. */
  readonly epochs: string | null;
  readonly emit: Emit;
  readonly once: Once;
}

async function classifiers({
  lasting,
  dataset,
  seeds,
  epochs,
  emit,
  once,
}: PaperTask): Promise<{ runs: ClassifierRun[]; shown: Shown }> {
  const all: ClassifierRun[] = [];
  let shown: Shown | undefined;
  for (const { model, optimizer, learningRate } of PAPER_MODELS) {
    for (const { loss, normalize, says } of VARIANTS) {
      const change = { title: `Model ${model}, ${says}`, loss, normalize };
      const settings = seedsOf(String(model), seeds, epochs, change);
      const [{ title, epochs: trained, batchSize }] = settings;
      const showing = model === 2 && loss === 'cross_entropy';
      const done = await once(title, trained, () =>
        trainSeeds(lasting, dataset, settings, emit, async (network) =>
          showing ? showClassifier(network, dataset) : null,
        ),
      );
      shown = done.shown ?? shown;
      const fixed = { model, loss, normalize, optimizer, learningRate, epochs: trained, batchSize };
      all.push(...done.runs.map((run) => ({ ...fixed, ...run })));
    }
  }
  if (!shown) throw new OptionError('no run of Model 2 was made');
  return { runs: all, shown };
}

async function autoencoders({
  lasting,
  dataset,
  seeds,
  epochs,
  emit,
  once,
}: PaperTask): Promise<Pick<PaperResults, 'autoencoders' | 'reconstructions'>> {
  const settings = seedsOf('autoencoder', seeds, epochs, { title: 'Autoencoder' });
  const [{ title, epochs: trained, batchSize }] = settings;
  const { runs, shown } = await once(title, trained, () =>
    trainSeeds(lasting, dataset, settings, emit, (network) => showAutoencoder(network, dataset)),
  );
  const { hidden, learningRate } = AUTOENCODER;
  const fixed = { hidden, learningRate, epochs: trained, batchSize };
  return { autoencoders: runs.map((run) => ({ ...fixed, ...run })), reconstructions: shown };
}

/**
 * Refuses other data than Fashion-MNIST, which would pass for the paper's. Synthetic data are allowed: the
 * report marks them.
 *
 * @throws DataError for other data.
 */
export function checkPaperData({
  name,
  synthetic,
}: Pick<ImageDataset, 'name' | 'synthetic'>): void {
  if (synthetic || name === FASHION_MNIST) return;
  throw new DataError(
    `these data are ${name}, but the paper's figures are for ${FASHION_MNIST}. Give its published files, or use train`,
  );
}

/** Trains all of the paper's models and its autoencoder. */
export const paper: Task = async (options, emit) => {
  const seeds = Number(options.get('seeds') ?? 1);
  if (!Number.isInteger(seeds) || seeds < 1) {
    throw new OptionError(`seeds=${options.get('seeds')} was given; it must be a positive integer`);
  }
  const epochs = options.get('epochs');
  const lasting = await LastingEngine.open(emit);
  const { current: engine } = lasting;
  try {
    const dataset = await openDataset(options, emit);
    checkPaperData(dataset);
    const once = onceFor(engine, dataset, emit);
    const task: PaperTask = { lasting, dataset, seeds, epochs, emit, once };
    const { runs, shown } = await classifiers(task);
    const results: PaperResults = {
      date: new Date().toISOString(),
      command: '',
      browser: navigator.userAgent,
      adapter: engine.adapter,
      dataset: { name: dataset.name, synthetic: dataset.synthetic, classes: dataset.classes },
      classifiers: runs,
      ...(await autoencoders(task)),
      ...shown,
    };
    return results;
  } finally {
    lasting.destroy();
  }
};
