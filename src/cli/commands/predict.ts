import { toBase64 } from '../../harness/base64.ts';
import { type Photos, photosIn } from '../../harness/own/photos.ts';
import { ownFile } from '../../harness/tasks/own-listing.ts';
import {
  type GivenImages,
  type GivenNumbers,
  MODEL_FILE,
  type PredictOutcome,
} from '../../harness/tasks/predict.ts';
import type { SavedModel } from '../../train/model-file/saved-model.ts';
import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT_DONE } from '../exit-codes.ts';
import { readImages } from '../image-files.ts';
import { readModelFile } from '../model-file.ts';
import { notTaken } from '../not-taken.ts';
import { readNumbers } from '../number-files.ts';
import { type FileSamples, jsonLines, textLines } from '../predicted-lines.ts';
import { readRows } from '../row-files.ts';
import { RUNTIME_OPTION } from '../shared-options.ts';
import { tableOf } from '../table-facts.ts';

/** Options that are for models of text. */
const TEXT_OPTIONS = ['prompt', 'count', 'temperature', 'seed'];

/** `gradweave predict`. */
export const predict: Command = {
  name: 'predict',
  summary: 'Predict images or numbers with a model file, or continue a text',
  positionals: [
    { name: 'MODEL', help: 'a model file, of train --save' },
    {
      name: 'SAMPLES…',
      several: true,
      help: 'images of the model’s size: PNG, IDX as MNIST has it, or npy; photos of any size if it learned from photos; numbers as npy; rows of a table as CSV, counted from 1 below the columns’ names. A model of text takes none',
    },
  ],
  options: [
    {
      name: 'format',
      kind: 'choice',
      choices: ['text', 'json'],
      scope: 'command',
      default: 'text',
      help: 'A line of text for each sample, or a line of JSON',
    },
    {
      name: 'photos',
      kind: 'choice',
      choices: ['plain', 'inverted'],
      scope: 'command',
      defaultText: 'as the model file says',
      help: 'How photos of any size are taken if the model file does not say it: as they are, or with light and dark exchanged',
    },
    {
      name: 'prompt',
      kind: 'string',
      defaultText: 'the model’s first character',
      help: 'What a model of text continues',
    },
    {
      name: 'count',
      kind: 'int',
      range: { min: 1, max: 100_000 },
      defaultText: '200',
      help: 'Characters that it writes',
    },
    {
      name: 'temperature',
      kind: 'float',
      range: { min: 0, max: 1_000_000 },
      defaultText: '0.8',
      help: 'How freely it writes: 0 always takes the most likely character',
    },
    {
      name: 'seed',
      kind: 'int',
      range: { min: 0, max: 2 ** 32 - 1 },
      defaultText: '1',
      help: 'Seed of what it writes',
    },
    RUNTIME_OPTION,
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const { values, positionals } = context.arguments;
    const [path, ...files] = positionals;
    const model = await readModelFile(path, 'MODEL');
    const samples = await samplesOf(model, files, values, path);
    const json = values.get('format') === 'json';
    // Lines for a program are all that is printed then.
    const quiet = json ? new Map([...values, ['quiet', 'true']]) : values;
    const own = { ...context, arguments: { ...context.arguments, values: quiet } };
    const renderer = rendererOf(own);
    if (samples && 'remarks' in samples)
      for (const text of samples.remarks ?? []) renderer.warn(text);
    const { value } = await runCommandTask(predict, 'predict', own, renderer, {
      files: new Map([[`/data/${MODEL_FILE}`, path], ...photosOf(samples)]),
      announce: !json,
      host: async () => samples && sent(samples, photosOfModel(model, values)),
    });
    const result = value as PredictOutcome;
    const lines = json ? jsonLines(result, model, samples) : textLines(result, model, samples);
    for (const line of lines) {
      // As they are, for a program: not broken into lines of the terminal's width.
      if (json) context.terminal.out(`${line}\n`);
      else renderer.print(line);
    }
    const refused = refusedOf(samples, result);
    if (refused.length > 0) throw notTaken(refused, files.length);
    return EXIT_DONE;
  },
};

/** Why files were passed over, by what they are and by what the browser decodes. */
const refusedOf = (
  samples: FileSamples | undefined,
  { refused = [] }: PredictOutcome,
): string[] => [
  ...(samples && 'refused' in samples ? (samples.refused ?? []) : []),
  ...refused.map(({ why }) => why),
];

/**
 * How a model takes photos: as its file says, else as `--photos` does. Files of older versions do not say it.
 *
 * @throws {UsageError} if both do
 */
function photosOfModel(
  { metadata }: Pick<SavedModel, 'metadata'>,
  values: ReadonlyMap<string, string>,
): Photos | undefined {
  const [said, wanted] = [photosIn(metadata), values.get('photos')];
  if (wanted === undefined) return said;
  if (!said) return { inverted: wanted === 'inverted' };
  const own = said.inverted ? 'with light and dark exchanged' : 'as they are';
  throw new UsageError(
    `--photos ${wanted} was given; the model file says how it takes photos: ${own}. Leave --photos out.`,
  );
}

/** Files of photos, which the browser decodes. */
const photosOf = (samples: FileSamples | undefined): (readonly [string, string])[] =>
  samples && 'photos' in samples
    ? (samples.photos ?? []).map(({ file }, i) => [`/data/${ownFile(i)}`, file] as const)
    : [];

/** Samples as a message. */
function sent(samples: FileSamples, made: Photos | undefined): GivenImages | GivenNumbers {
  if ('numbers' in samples) {
    const { numbers, count } = samples;
    return { count, base64: toBase64(new Uint8Array(numbers.buffer)) };
  }
  const { images, count, height, width, channels, photos = [] } = samples;
  const { inverted = false } = made ?? {};
  return { count, height, width, channels, photos, inverted, base64: toBase64(images) };
}

/**
 * The samples of the command line; undefined for a model of text.
 *
 * @throws {UsageError} if the model takes something else than what is given
 */
async function samplesOf(
  saved: SavedModel,
  files: readonly string[],
  values: ReadonlyMap<string, string>,
  path: string,
): Promise<FileSamples | undefined> {
  const { image, vocabulary, model } = saved;
  const table = tableOf(saved);
  if (vocabulary) {
    if (files.length === 0) return undefined;
    throw new UsageError(`'${path}' is a model of text; it takes no images. Use --prompt TEXT.`);
  }
  const stray = TEXT_OPTIONS.find((name) => values.has(name));
  if (stray) throw new UsageError(`--${stray} was given; '${path}' is not a model of text.`);
  if (!image && values.has('photos')) {
    throw new UsageError(`--photos was given; '${path}' is not a model of images. Leave it out.`);
  }
  const photos = image && photosOfModel(saved, values);
  if (files.length === 0) {
    const kinds = photos ? 'PNG, JPEG, GIF, WebP, BMP, IDX or npy' : 'PNG, IDX or npy';
    const takes = image ? kinds : table ? 'CSV or npy' : 'npy';
    throw new UsageError(`SAMPLES are missing: give ${takes} files.`);
  }
  if (table) return readRows(files, table, model.inputShape);
  if (!image) return readNumbers(files, model.inputShape);
  const decoded = (values.get('runtime') ?? 'browser') === 'browser';
  return readImages(files, image, photos && { ...photos, decoded });
}
