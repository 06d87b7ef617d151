import type { TargetKind } from '../../nn/losses.ts';
import type { Model } from '../../nn/model.ts';
import type { AugmentOptions } from '../../train/augment.ts';
import { ACTIVATIONS } from './choice-facts.ts';
import { type CommonSettings, commonOf } from './common-settings.ts';
import { AUGMENTATION_NAMES, AUGMENTATIONS } from './network-facts.ts';
import type { ImageNetwork } from './networks.ts';
import { COLOURS, SIDES } from './own-colour.ts';
import type { Query } from './query.ts';

/** Everything that determines a run on images, besides the images. */
export interface ImageSettings extends CommonSettings {
  readonly data: 'images';
  /** Of a perceptron: from the pixels to the outputs. */
  readonly widths?: readonly number[];
  /**
   * @param image [height, width], of images in colour with the channels; of a perceptron for a table, [columns]
   * @param outputs classes. Default 10
   * @param widths of a perceptron. Default {@link widths}
   */
  model(image: readonly number[], outputs?: number, widths?: readonly number[]): Model;
  readonly target: TargetKind;
  readonly normalize: readonly [number, number] | null;
  readonly augment?: AugmentOptions;
}

/** The settings of a network of images. @throws OptionError if a value is not allowed */
export function ofImages(query: Query, network: ImageNetwork): ImageSettings {
  const widths = network.widths && query.numbers('layers', network.widths);
  if (!widths && query.has('layers')) query.fail('layers', 'left out: the network has others');
  const [first, last] = [network.widths?.[0], network.widths?.at(-1)];
  // The widths of own data are known with them.
  const isOpen = query.text('data') === 'own';
  const fits = isOpen || (widths?.[0] === first && widths?.at(-1) === last);
  if (widths && (widths.length < 2 || !fits)) {
    query.fail('layers', `widths from ${first}, the pixels of an image, to ${last}, the outputs`);
  }
  checkMaking(query, isOpen);
  const own = {
    widths: widths ?? [],
    activation: query.choice('activation', ACTIVATIONS, 'relu'),
    dropout: query.number('dropout', network.dropout),
  };
  return {
    ...commonOf(query, network),
    data: 'images',
    ...(widths && query.has('layers') ? { title: widths.join('–') } : {}),
    ...(widths ? { widths } : {}),
    model: (image, outputs = 10, fit = own.widths) =>
      network.model(image, { ...own, outputs, widths: fit }),
    target: network.target,
    ...augmentOf(query, network),
    normalize: query.has('normalize')
      ? query.pair('normalize', 'a mean and a deviation')
      : network.normalize,
  };
}

/** How own images are made is decided with them; here it is only checked. */
function checkMaking(query: Query, isOwn: boolean): void {
  for (const [name, allowed] of Object.entries({ colour: COLOURS, side: SIDES.map(String) })) {
    if (!query.has(name)) continue;
    if (!isOwn) query.fail(name, 'left out: it is for images of your own, with data=own');
    query.choice(name, allowed, allowed[0]);
  }
}

function augmentOf(query: Query, network: ImageNetwork): Pick<ImageSettings, 'augment'> {
  const augment = AUGMENTATIONS[query.choice('augment', AUGMENTATION_NAMES, network.augment)];
  return augment ? { augment } : {};
}

/** Settings whose perceptron, if it is one, has these inputs and outputs. */
export function fitted(settings: ImageSettings, inputs: number, outputs: number): ImageSettings {
  const widths = settings.widths && [inputs, ...settings.widths.slice(1, -1), outputs];
  if (!widths || widths.join() === settings.widths?.join()) return settings;
  return {
    ...settings,
    ...{ widths, title: widths.join('–') },
    model: (shape, classes) => settings.model(shape, classes, widths),
  };
}
