import { hostOf } from '../../bench/host.ts';
import { maybeGunzip } from '../../data/gzip.ts';
import { OptionError } from '../../errors.ts';
import { type LoadedModel, loadModel } from '../../train/model-file/load.ts';
import { fromBase64 } from '../base64.ts';
import { asChannels } from '../own/colours.ts';
import { fetchBytes, openEngine } from './data.ts';
import { ownFile } from './own-listing.ts';
import { Query } from './query.ts';
import type { Task } from './task.ts';

/** Images that the command gives: bytes in base64, [count, height, width, channels] row by row. */
export interface GivenImages {
  readonly base64: string;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Those of them that are photos: files beside the page, each served as `ownFile` of its place here. */
  readonly photos?: readonly { readonly at: number; readonly file: string }[];
  /** Whether light and dark of photos are exchanged. */
  readonly inverted?: boolean;
}

/** Samples of numbers that the command gives: float32 in base64, row by row. */
export interface GivenNumbers {
  readonly base64: string;
  readonly count: number;
}

/** A photo that cannot be decoded. */
export interface RefusedPhoto {
  readonly at: number;
  /** A sentence with its file, and why. */
  readonly why: string;
}

/** What a model says of samples. */
export interface PredictOutcome {
  /** Whether {@link outputs} are probabilities of classes; else they are what the model computes. */
  readonly probabilities: boolean;
  /** A row for each sample. */
  readonly outputs: readonly (readonly number[])[];
  /** The index of the likeliest class of each sample; absent if the model does not tell classes. */
  readonly classes?: readonly number[];
  /** Photos that cannot be decoded, by their places among the samples: what their rows have says nothing. */
  readonly refused?: readonly RefusedPhoto[];
  /** What a model of text wrote. */
  readonly written?: string;
}

/** The name of the model's file, among the files beside the page. */
export const MODEL_FILE = 'model.safetensors';

/** Predicts the samples that the command gives, or continues a text. */
export const predict: Task = async (options, emit) => {
  const query = new Query(options, '');
  const bytes = await fetchBytes(`data/${MODEL_FILE}`);
  const engine = await openEngine(emit);
  try {
    const model = await loadModel(engine, bytes);
    if (model.description.vocabulary) return await continued(model, query);
    const host = hostOf();
    if (!host) throw new OptionError('nobody gives samples here; predict from the command line');
    return await predicted(model, (await host({ kind: 'samples' })) as GivenImages | GivenNumbers);
  } finally {
    engine.destroy();
  }
};

async function predicted(
  model: LoadedModel,
  given: GivenImages | GivenNumbers,
): Promise<PredictOutcome> {
  const bytes = fromBase64(given.base64);
  const isOfImages = 'width' in given;
  const refused = isOfImages ? await decodePhotos(given, bytes) : [];
  const samples = isOfImages ? imagesOf(given, bytes) : new Float32Array(bytes.buffer);
  const { loss, target = 'label' } = model.description;
  const probabilities = target === 'label' && isOfLogits(loss);
  const all = await model.predict(samples, { as: probabilities ? 'probability' : 'output' });
  const width = all.length / given.count;
  const rows = Array.from({ length: given.count }, (_, i) => [
    ...all.subarray(i * width, (i + 1) * width),
  ]);
  // A single output is that of a class only if its loss says so.
  const hasClasses = target === 'label' && (width > 1 || probabilities);
  const classes = hasClasses ? await model.predict(samples, { as: 'class' }) : undefined;
  return {
    ...{ probabilities, outputs: rows },
    ...(classes ? { classes: [...classes] } : {}),
    ...(refused.length > 0 ? { refused } : {}),
  };
}

const imagesOf = ({ count, height, width, channels }: GivenImages, images: Uint8Array) => ({
  ...{ count, height, width, channels, images },
});

/**
 * Writes the photos among images, made as in training.
 *
 * @returns those that cannot be decoded
 */
export async function decodePhotos(
  { height, width, channels, photos = [], inverted = false }: Omit<GivenImages, 'base64'>,
  images: Uint8Array,
): Promise<RefusedPhoto[]> {
  const refused: RefusedPhoto[] = [];
  const size = height * width * channels;
  for (const [i, { at, file }] of photos.entries()) {
    const bytes = await maybeGunzip(await fetchBytes(`data/${ownFile(i)}`));
    const source = { path: file, size: bytes.length, bytes: async () => bytes };
    const { decoded } = await import('../worker/decoded.ts');
    try {
      const image = asChannels(await decoded(source, height), channels === 1 ? 1 : 3);
      images.set(inverted ? image.map((value) => 255 - value) : image, at * size);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      refused.push({ at, why: `'${file}' cannot be read: ${why}` });
    }
  }
  return refused;
}

const isOfLogits = (loss: LoadedModel['description']['loss']): boolean => {
  const kind = typeof loss === 'string' ? loss : loss?.kind;
  return kind === 'cross_entropy' || kind === 'bceWithLogits';
};

async function continued(model: LoadedModel, query: Query): Promise<PredictOutcome> {
  const prompt = query.text('prompt') ?? model.description.vocabulary?.[0] ?? '';
  const count = query.integer('count', 200, 1, 100_000);
  const temperature = query.number('temperature', 0.8);
  const seed = query.integer('seed', 1, 0, 2 ** 32 - 1);
  let written = '';
  for await (const text of model.generate(prompt, { count, temperature, seed })) written += text;
  return { probabilities: false, outputs: [], written };
}
