import { channelScales } from '../data/channels.ts';
import { isColumnScale } from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import { images } from '../ops/images.ts';
import { checkAugment } from './augment.ts';
import type { Samples } from './network.ts';
import { isImages, type ResolvedOptions, type TrainerOptions } from './options.ts';

/**
 * The options of a run whose images are changed, or whose channels are scaled.
 *
 * @throws OptionError if they are invalid, or the data are not images
 */
export function changing({
  dataset,
  augment,
}: Pick<TrainerOptions, 'dataset' | 'augment'>): Pick<ResolvedOptions, 'augment' | 'samples'> {
  if (!isImages(dataset)) {
    throw new OptionError(
      'augment was given with samples that are not images; give { images, count, height, width }, or leave it out',
    );
  }
  const augmentation = augment && checkAugment(augment, dataset.train);
  const { height, width, channels = 1 } = dataset.train;
  const image = [height, width, channels] as const;
  const samples: Samples = (graph, shape, normalize, training) => {
    const changes = training ? augmentation : undefined;
    if (!changes && !isColumnScale(normalize)) return undefined;
    const scales = channelScales(normalize, channels);
    return images(graph, { shape, image, ...scales, augmentation: changes });
  };
  return { ...(augmentation ? { augment: augmentation } : {}), samples };
}
