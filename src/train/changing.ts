import { channelScales } from '../data/channels.ts';
import { areOfShape, sizeText } from '../data/host.ts';
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
  model,
}: Pick<TrainerOptions, 'dataset' | 'augment' | 'model'>): Pick<
  ResolvedOptions,
  'augment' | 'samples'
> {
  if (!isImages(dataset)) {
    throw new OptionError(
      'augment was given with samples that are not images; give { images, count, height, width }, or leave it out',
    );
  }
  const augmentation = augment && checkAugment(augment, dataset.train);
  const { height, width, channels = 1 } = dataset.train;
  const image = [height, width, channels] as const;
  const part = augmentation?.crop ?? undefined;
  const [rows, columns] = part ?? image;
  if (!areOfShape({ height: rows, width: columns, channels }, model.inputShape)) {
    throw new OptionError(
      `the model takes samples of [${model.inputShape.join(', ')}]; the images are ${sizeText(dataset.train)}${part ? `, and augment's crop ${part.join('×')}` : ''}`,
    );
  }
  const samples: Samples = (graph, shape, normalize, training) => {
    const changes = training ? augmentation : undefined;
    if (!changes && !part && !isColumnScale(normalize)) return undefined;
    const scales = channelScales(normalize, channels);
    return images(graph, { shape, image, part, ...scales, augmentation: changes });
  };
  return { ...(augmentation ? { augment: augmentation } : {}), samples };
}
