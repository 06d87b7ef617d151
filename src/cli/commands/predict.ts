import { toBase64 } from '../../harness/base64.ts';
import { type Photos, photosIn } from '../../harness/own/photos.ts';
import type { LearnedNumber } from '../../harness/protocol.ts';
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
import { formatShare } from '../format.ts';
import { type FileImages, readImages } from '../image-files.ts';
import { readModelFile } from '../model-file.ts';
import { type FileNumbers, readNumbers } from '../number-files.ts';
import { readRows } from '../row-files.ts';
import { RUNTIME_OPTION } from '../shared-options.ts';
import { tableOf } from '../table-facts.ts';
import { formatInUnit } from '../unit.ts';

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
      help: 'images of the model’s size: PNG, IDX as MNIST has it, or npy; photos of any size if it learned from photos; numbers as npy; rows of a table as CSV. A model of text takes none',
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
      host: async () => samples && sent(samples, photosIn(model.metadata)),
    });
    const result = value as PredictOutcome;
    if (json) {
      // As they are, for a program: not broken into lines of the terminal's width.
      for (const line of jsonLines(result, model, samples)) context.terminal.out(`${line}\n`);
      return EXIT_DONE;
    }
    for (const line of textLines(result, model, samples)) renderer.print(line);
    return EXIT_DONE;
  },
};

type FileSamples = FileImages | FileNumbers;

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
  if (files.length === 0) {
    throw new UsageError(
      `SAMPLES are missing: give ${image ? 'PNG, IDX or npy' : table ? 'CSV or npy' : 'npy'} files.`,
    );
  }
  if (table) return readRows(files, table, model.inputShape);
  if (!image) return readNumbers(files, model.inputShape);
  const photos = photosIn(saved.metadata);
  const decoded = (values.get('runtime') ?? 'browser') === 'browser';
  return readImages(files, image, photos && { ...photos, decoded });
}

/** What the file calls a class, else its number. */
const classOf = ({ classes }: SavedModel, index: number): string =>
  classes?.[index] ?? `class ${index}`;

/** The number that a model of a table has learned; undefined of other models. */
function numberOf(model: SavedModel): LearnedNumber | undefined {
  const target = tableOf(model)?.target;
  return target && 'mean' in target ? target : undefined;
}

/** A standardised output in its unit; null if it is not finite. */
const inUnit = (output: number | null, { mean, deviation }: LearnedNumber): number | null =>
  output === null ? null : output * deviation + mean;

/** An output; one that is not finite arrives as null, which JSON makes of it. */
const outputText = (x: number | null): string => x?.toPrecision(4) ?? 'NaN';

function textLines(
  { outputs, classes, probabilities, written }: PredictOutcome,
  model: SavedModel,
  samples: FileSamples | undefined,
): string[] {
  if (written !== undefined) return [written];
  const { names = [] } = samples ?? {};
  const number = numberOf(model);
  const width = names.reduce((most, name) => Math.max(most, name.length), 0);
  return outputs.map((row, i) => {
    const name = names[i].padEnd(width);
    const index = classes?.[i];
    if (number) return `${name}  ${formatInUnit(inUnit(row[0], number), 6)} (${number.name})`;
    if (index === undefined) return `${name}  ${row.map(outputText).join(' ')}`;
    // A single output is the probability of a yes.
    const share = row.length === 1 ? (index === 1 ? row[0] : 1 - row[0]) : row[index];
    return `${name}  ${classOf(model, index)}${probabilities ? `  ${formatShare(share)}` : ''}`;
  });
}

/** JSON in which control characters are escapes, those above 127 too: a terminal would obey them. */
const jsonText = (value: object): string =>
  JSON.stringify(value).replace(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function jsonLines(
  { outputs, classes, probabilities, written }: PredictOutcome,
  model: SavedModel,
  samples: FileSamples | undefined,
): string[] {
  if (written !== undefined) return [jsonText({ text: written })];
  const number = numberOf(model);
  return outputs.map((row, i) => {
    const index = classes?.[i];
    if (number) {
      const value = inUnit(row[0], number);
      return jsonText({ sample: samples?.names[i], number: number.name, value });
    }
    return jsonText({
      sample: samples?.names[i],
      ...(index === undefined ? {} : { class: index, name: classOf(model, index) }),
      [probabilities ? 'probabilities' : 'outputs']: row,
    });
  });
}
