import type { ImageDataset, Images } from '../../data/dataset.ts';
import { bytesOf } from '../../data/host.ts';
import type { TrainerOptions } from '../../train/trainer.ts';
import type { Photos } from '../own/photos.ts';
import { useDataset } from './data.ts';
import { fitted, type ImageSettings } from './image-settings.ts';
import { needColour, needSide } from './own-colour.ts';
import type { Emit } from './task.ts';

/** A run on images: its settings and its data. */
export interface ImageJob {
  readonly data: 'images';
  readonly settings: ImageSettings;
  readonly dataset: ImageDataset;
  /** How they were made, if they are photos. */
  readonly photos?: Photos;
}

/** A run on images. A perceptron's first and last widths follow the images and their classes. */
export function imageJob(settings: ImageSettings, dataset: ImageDataset): ImageJob {
  const { train, classes } = dataset;
  const numbers = bytesOf(train);
  const outputs = settings.target === 'input' ? numbers : classes.length;
  return { data: 'images', settings: fitted(settings, numbers, outputs), dataset };
}

/**
 * A run on images of the user's own.
 *
 * @throws OptionError if the address asks for other colours, or another size, than the images have
 */
export function ownImages(
  options: URLSearchParams,
  settings: ImageSettings,
  { dataset, photos }: Pick<ImageJob, 'dataset' | 'photos'>,
  emit: Emit,
): ImageJob {
  needColour(options, dataset.train.channels ?? 1);
  needSide(options, dataset.train);
  const job = imageJob(settings, useDataset(options, emit, dataset));
  return photos ? { ...job, photos } : job;
}

/** The shape of images as networks take them: [height, width], and the channels if there are several. */
export const shapeOf = ({ height, width, channels = 1 }: Omit<Images, 'count'>): number[] =>
  channels === 1 ? [height, width] : [height, width, channels];

/** The trainer's options that depend on the images. */
export function learningOfImages(
  job: ImageJob,
): Pick<TrainerOptions, 'model' | 'dataset' | 'target' | 'normalize' | 'augment'> {
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
