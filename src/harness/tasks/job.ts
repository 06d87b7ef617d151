import type { ImageDataset } from '../../data/dataset.ts';
import type { TextDataset } from '../../data/text.ts';
import { OptionError } from '../../errors.ts';
import type { TrainerOptions } from '../../train/trainer.ts';
import { openDataset } from './data.ts';
import type { ImageSettings, Settings } from './settings.ts';
import type { Emit } from './task.ts';
import { type GivenText, openText, type TextJob } from './text.ts';

/** A run on images: its settings and its data. */
export interface ImageJob {
  readonly data: 'images';
  readonly settings: ImageSettings;
  readonly dataset: ImageDataset;
}

/** A run's settings and its data. */
export type Job = ImageJob | TextJob;

/** Data from the user, used instead of those next to the page and the built-in ones. */
export interface GivenData {
  readonly images?: ImageDataset | undefined;
  readonly text?: GivenText | undefined;
}

/** Opens the data of a run, as the address and the settings say. */
export async function openJob(
  options: URLSearchParams,
  settings: Settings,
  emit: Emit,
  given: GivenData = {},
): Promise<Job> {
  if (settings.data === 'text') return openText(options, settings, emit, given.text);
  return imageJob(settings, await openDataset(options, emit, given.images));
}

/** A run on images. A perceptron's first and last widths follow the images and their classes. */
export function imageJob(settings: ImageSettings, dataset: ImageDataset): ImageJob {
  const { train, classes } = dataset;
  const pixels = train.height * train.width;
  const outputs = settings.target === 'input' ? pixels : classes.length;
  return { data: 'images', settings: fitted(settings, pixels, outputs), dataset };
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

/** How many samples an epoch has. */
export function samplesOf(job: Job): number {
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
  const { dataset } = job;
  // The settings of several networks are those of the query.
  const { settings } = imageJob(job.settings, dataset);
  const { height, width } = dataset.train;
  const { length: classes } = dataset.classes;
  return {
    model: settings.model([height, width], classes),
    dataset,
    target: settings.target,
    normalize: settings.normalize,
    ...(settings.augment ? { augment: settings.augment } : {}),
  };
}

/** The text of a run. @throws OptionError if it learns from images */
export function textOf(job: Job): TextDataset {
  if (job.data === 'text') return job.text;
  throw new OptionError('the network learns from images; start a run on a text');
}

/** The images of a run. @throws OptionError if it learns from a text */
export function imagesOf(job: Job): ImageDataset {
  if (job.data === 'images') return job.dataset;
  throw new OptionError('the network learns from a text; start a run on images');
}
