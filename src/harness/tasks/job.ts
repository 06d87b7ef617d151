import type { ImageDataset, Images } from '../../data/dataset.ts';
import { bytesOf } from '../../data/host.ts';
import type { TextDataset } from '../../data/text.ts';
import { DataError, OptionError } from '../../errors.ts';
import type { TrainerOptions } from '../../train/trainer.ts';
import type { Photos } from '../own/photos.ts';
import type { Scale } from '../own/spread.ts';
import type { TableData, TablePart } from '../own/table.ts';
import { limitOf, openDataset, useDataset } from './data.ts';
import type { ImageSettings } from './image-settings.ts';
import { needColour, needSide } from './own-colour.ts';
import { checkBatch, checkSize } from './own-limits.ts';
import type { Settings } from './settings.ts';
import type { Emit } from './task.ts';
import { type GivenText, openText, type TextJob } from './text.ts';

/** A run on images: its settings and its data. */
export interface ImageJob {
  readonly data: 'images';
  readonly settings: ImageSettings;
  readonly dataset: ImageDataset;
  /** How they were made, if they are photos. */
  readonly photos?: Photos;
}

/** A run on a table: its settings and its data. */
export interface TableJob {
  readonly data: 'table';
  readonly settings: ImageSettings;
  readonly table: TableData;
}

/** A run's settings and its data. */
export type Job = ImageJob | TextJob | TableJob;

/** Data from the user, used instead of those next to the page and the built-in ones. */
export interface GivenData {
  /** Images for `data=auto`. */
  readonly images?: ImageDataset | undefined;
  readonly text?: GivenText | undefined;
  /** Data for `data=own`. */
  readonly own?: OwnSet | undefined;
}

/** Data of the user's own. */
export type OwnSet =
  | { readonly data: 'images'; readonly dataset: ImageDataset; readonly photos?: Photos }
  | { readonly data: 'table'; readonly table: TableData };

/** Opens the data of a run, as the address and the settings say. */
export async function openJob(
  options: URLSearchParams,
  settings: Settings,
  emit: Emit,
  given: GivenData = {},
): Promise<Job> {
  if (settings.data === 'text') return openText(options, settings, emit, given.text);
  if (options.get('data') !== 'own') {
    return imageJob(settings, await openDataset(options, emit, given.images));
  }
  // Imported here: only the command serves such data.
  const own =
    given.own ?? (await import('./served-own.ts').then((m) => m.servedOwn(options, emit)));
  if (!own) {
    throw new DataError(
      'these settings learn from data of your own, which are not here: they are kept in memory only, until the page is closed. Give them again, or choose other data',
    );
  }
  const job =
    own.data === 'table'
      ? tableJob(options, settings, own.table, emit)
      : ownImages(options, settings, own, emit);
  return given.own ? job : withBatches(options, job, emit);
}

/** @throws OptionError if the address asks for other colours, or another size, than the images have */
function ownImages(
  options: URLSearchParams,
  settings: ImageSettings,
  { dataset, photos }: Extract<OwnSet, { readonly data: 'images' }>,
  emit: Emit,
): ImageJob {
  needColour(options, dataset.train.channels ?? 1);
  needSide(options, dataset.train);
  const job = imageJob(settings, useDataset(options, emit, dataset));
  return photos ? { ...job, photos } : job;
}

/** Batches that an epoch has at least, of data that few samples are of. */
const FEWEST_BATCHES = 4;

/** A run whose epoch has some batches: a network's own batch is larger than small data. One that was asked for stays. */
function withBatches(options: URLSearchParams, job: ImageJob | TableJob, emit: Emit): Job {
  const { settings } = job;
  const samples = samplesOf(job);
  if (job.data === 'images') checkSize(settings, job.dataset.train);
  if (options.has('batch-size')) checkBatch(settings.batchSize, samples, true);
  if (options.has('batch-size') || settings.batchSize * FEWEST_BATCHES <= samples) return job;
  const batchSize = 2 ** Math.floor(Math.log2(Math.max(1, samples / FEWEST_BATCHES)));
  emit({
    type: 'note',
    text: `The data are few: batches of ${batchSize}, not ${settings.batchSize}`,
  });
  return { ...job, settings: { ...settings, batchSize } };
}

/**
 * A run on a table.
 *
 * @throws OptionError if the network is no perceptron, its loss needs classes and there are none, or images are to be augmented
 */
function tableJob(
  options: URLSearchParams,
  settings: ImageSettings,
  given: TableData,
  emit: Emit,
): TableJob {
  const { widths, target, title, loss, augment } = settings;
  const table = { ...given, train: firstRows(given.train, limitOf(options)) };
  if (!widths || target === 'input') {
    throw new OptionError(`${title} learns from images; choose Model 1, 2 or 3 for a table`);
  }
  if (!table.classes && loss === 'cross_entropy') {
    throw new OptionError(
      `loss=${loss} was given; ${table.target} is learned as a number, so use mse`,
    );
  }
  if (augment) {
    throw new OptionError(
      `augment=${options.get('augment')} was given; it is for images, so use none`,
    );
  }
  const { name, train, test } = table;
  emit({
    ...{ type: 'dataset', name, synthetic: false, of: 'rows' },
    ...{ train: train.count, test: test.count },
    ...(table.scale ? { number: { name: table.target, ...table.scale } } : {}),
    ...(table.scale && test.targets ? { ofMean: errorOfMean(test.targets, table.scale) } : {}),
  });
  const outputs = table.classes?.length ?? 1;
  return { data: 'table', settings: fitted(settings, table.inputs.length, outputs), table };
}

/** The root mean square of numbers' distances to the mean that they are standardised with, in their unit. */
const errorOfMean = (targets: Float32Array, { deviation }: Scale): number =>
  Math.sqrt(targets.reduce((sum, value) => sum + value * value, 0) / targets.length) * deviation;

/** A run on images. A perceptron's first and last widths follow the images and their classes. */
export function imageJob(settings: ImageSettings, dataset: ImageDataset): ImageJob {
  const { train, classes } = dataset;
  const numbers = bytesOf(train);
  const outputs = settings.target === 'input' ? numbers : classes.length;
  return { data: 'images', settings: fitted(settings, numbers, outputs), dataset };
}

/** Settings whose perceptron, if it is one, has these inputs and outputs. */
function fitted(settings: ImageSettings, inputs: number, outputs: number): ImageSettings {
  const widths = settings.widths && [inputs, ...settings.widths.slice(1, -1), outputs];
  if (!widths || widths.join() === settings.widths?.join()) return settings;
  return {
    ...settings,
    ...{ widths, title: widths.join('–') },
    model: (shape, classes) => settings.model(shape, classes, widths),
  };
}

/** The first rows of a table. */
function firstRows(part: TablePart, count: number): TablePart {
  if (count >= part.count) return part;
  const { inputs, labels, targets } = part;
  return {
    ...{ count, inputs: inputs.subarray(0, (inputs.length / part.count) * count) },
    ...(labels ? { labels: labels.subarray(0, count) } : {}),
    ...(targets ? { targets: targets.subarray(0, count) } : {}),
  };
}

/** The shape of images as networks take them: [height, width], and the channels if there are several. */
export const shapeOf = ({ height, width, channels = 1 }: Omit<Images, 'count'>): number[] =>
  channels === 1 ? [height, width] : [height, width, channels];

/** How many samples an epoch has. */
export function samplesOf(job: Job): number {
  if (job.data === 'table') return job.table.train.count;
  if (job.data === 'images') return job.dataset.train.count;
  const { tokens, length, stride = 1 } = job.text.data.train;
  return Math.floor((tokens.length - length - 1) / stride) + 1;
}

/** The trainer's options that depend on the kind of data. */
export function learningOf(
  job: Job,
): Pick<TrainerOptions, 'model' | 'dataset' | 'target' | 'normalize' | 'augment'> {
  if (job.data === 'text') {
    return { model: job.settings.model(job.text.vocabulary.length), dataset: job.text.data };
  }
  if (job.data === 'table') return learningOfTable(job);
  const { dataset } = job;
  // The settings of several networks are those of the query.
  const { settings } = imageJob(job.settings, dataset);
  const { length: classes } = dataset.classes;
  return {
    model: settings.model(shapeOf(dataset.train), classes),
    dataset,
    target: settings.target,
    normalize: settings.normalize,
    ...(settings.augment ? { augment: settings.augment } : {}),
  };
}

function learningOfTable({
  settings,
  table,
}: TableJob): Pick<TrainerOptions, 'model' | 'dataset' | 'target'> {
  const { name, inputs, classes, train, test } = table;
  const outputs = classes?.length ?? 1;
  const { model } = fitted(settings, inputs.length, outputs);
  return {
    model: model([inputs.length], outputs),
    dataset: { name, ...(classes ? { classes } : {}), train, test },
    target: classes ? 'label' : 'value',
  };
}

/** The text of a run. @throws OptionError if it learns from images */
export function textOf(job: Job): TextDataset {
  if (job.data === 'text') return job.text;
  throw new OptionError(`the network learns from ${KINDS[job.data]}; start a run on a text`);
}

/** The images of a run. @throws OptionError if it learns from a text */
export function imagesOf(job: Job): ImageDataset {
  if (job.data === 'images') return job.dataset;
  throw new OptionError(`the network learns from ${KINDS[job.data]}; start a run on images`);
}

const KINDS = { images: 'images', text: 'a text', table: 'a table' } as const;
