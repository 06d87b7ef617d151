import type { ImageDataset } from '../../data/dataset.ts';
import type { TextDataset } from '../../data/text.ts';
import { DataError, OptionError } from '../../errors.ts';
import type { TrainerOptions } from '../../train/trainer.ts';
import type { Photos } from '../own/photos.ts';
import type { TableData } from '../own/table.ts';
import { openDataset } from './data.ts';
import { type ImageJob, imageJob, learningOfImages, ownImages } from './image-job.ts';
import { checkBatch, checkSize } from './own-limits.ts';
import type { Settings } from './settings.ts';
import { learningOfTable, type TableJob, tableJob } from './table-job.ts';
import type { Emit } from './task.ts';
import { type GivenText, openText, type TextJob } from './text.ts';

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
  return job.data === 'table' ? learningOfTable(job) : learningOfImages(job);
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
