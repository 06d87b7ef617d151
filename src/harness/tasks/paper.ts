import { hostOf } from '../../bench/host.ts';
import type { ImageDataset } from '../../data/dataset.ts';
import {
  FASHION_MNIST,
  FASHION_MNIST_DEVIATION,
  FASHION_MNIST_MEAN,
} from '../../data/fashion-mnist.ts';
import { DataError, OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { AutoencoderRun, ClassifierRun, PaperResults } from '../../paper/results.ts';
import { ANKLE_BOOT, AUTOENCODER, PAPER_MODELS } from '../../paper/table.ts';
import type { Trainer } from '../../train/trainer.ts';
import { openDataset } from './data.ts';
import { LastingEngine } from './lasting-engine.ts';
import { type ImageSettings, imageSettingsOf } from './settings.ts';
import type { Emit, Task } from './task.ts';
import { trainWith } from './train.ts';

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

async function showClassifier(trainer: Trainer, dataset: ImageDataset): Promise<Shown> {
  const index = firstOf(dataset, ANKLE_BOOT);
  const outputs = [...(await trainer.predict(pick(dataset, [index])))];
  const { confusion } = await trainer.evaluate();
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
  trainer: Trainer,
  dataset: ImageDataset,
): Promise<PaperResults['reconstructions']> {
  const indices = dataset.classes.map((_, label) => firstOf(dataset, label));
  const outputs = await trainer.predict(pick(dataset, indices));
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

/** The result of a run, or the stored result of the same run from an earlier start of the command. */
type Once = <T>(title: string, epochs: number, make: () => Promise<T>) => Promise<T>;

function onceFor({ adapter }: Engine, dataset: ImageDataset, emit: Emit): Once {
  const host = hostOf();
  const { vendor, architecture, device, description } = adapter;
  const place = [dataset.name, dataset.train.count, vendor, architecture, device, description];
  return async (title, epochs, make) => {
    const run = JSON.stringify([title, epochs, ...place]);
    const kept = await host?.({ kind: 'kept', run });
    if (kept) {
      emit({ type: 'note', text: `${title}: already done by an earlier start` });
      return kept as Awaited<ReturnType<typeof make>>;
    }
    const value = await make();
    await host?.({ kind: 'keep', run, value });
    return value;
  };
}

function paperSettings(model: string, seed: number, epochs: string | null): ImageSettings {
  const query = new URLSearchParams({ model, seed: String(seed) });
  if (epochs !== null) query.set('epochs', epochs);
  return imageSettingsOf(query);
}

async function classifiers(
  lasting: LastingEngine,
  dataset: ImageDataset,
  seeds: number,
  epochs: string | null,
  emit: Emit,
  once: Once,
): Promise<{ runs: ClassifierRun[]; shown: Shown }> {
  const runs: ClassifierRun[] = [];
  let shown: Shown | undefined;
  for (const { model, optimizer, learningRate } of PAPER_MODELS) {
    for (const { loss, normalize, says } of VARIANTS) {
      for (let seed = 1; seed <= seeds; seed++) {
        const base = paperSettings(String(model), seed, epochs);
        const title = `Model ${model}, ${says}, seed ${seed}`;
        const settings: ImageSettings = { ...base, title, loss, normalize };
        const run = await once(title, settings.epochs, () =>
          trainWith(
            lasting,
            { data: 'images', settings, dataset },
            emit,
            async (trainer, outcome) => {
              const showing = model === 2 && loss === 'cross_entropy' && seed === 1;
              return { ...outcome, shown: showing && (await showClassifier(trainer, dataset)) };
            },
          ),
        );
        if (run.shown) shown = run.shown;
        const { history, test, seconds } = run;
        const { epochs: trained, batchSize } = settings;
        runs.push({
          model,
          loss,
          normalize,
          optimizer,
          learningRate,
          epochs: trained,
          batchSize,
          seed,
          history,
          test,
          seconds,
        });
      }
    }
  }
  if (!shown) throw new OptionError('no run of Model 2 was made');
  return { runs, shown };
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
    const { runs, shown } = await classifiers(lasting, dataset, seeds, epochs, emit, once);
    const autoencoders: AutoencoderRun[] = [];
    let reconstructions: PaperResults['reconstructions'] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const base = paperSettings('autoencoder', seed, epochs);
      const settings: ImageSettings = { ...base, title: `Autoencoder, seed ${seed}` };
      const outcome = await once(settings.title, settings.epochs, () =>
        trainWith(lasting, { data: 'images', settings, dataset }, emit, async (trainer, made) => ({
          ...made,
          pictures: seed === 1 && (await showAutoencoder(trainer, dataset)),
        })),
      );
      if (outcome.pictures) reconstructions = outcome.pictures;
      const { history, test, seconds } = outcome;
      autoencoders.push({
        hidden: AUTOENCODER.hidden,
        learningRate: AUTOENCODER.learningRate,
        epochs: settings.epochs,
        batchSize: settings.batchSize,
        seed,
        history,
        test,
        seconds,
      });
    }
    const results: PaperResults = {
      date: new Date().toISOString(),
      command: '',
      browser: navigator.userAgent,
      adapter: engine.adapter,
      dataset: { name: dataset.name, synthetic: dataset.synthetic, classes: dataset.classes },
      classifiers: runs,
      autoencoders,
      reconstructions,
      ...shown,
    };
    return results;
  } finally {
    lasting.destroy();
  }
};
