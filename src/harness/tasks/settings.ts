import { OptionError } from '../../errors.ts';
import type { PlanKind } from '../../fusion/index.ts';
import { FAMILIES, type KernelFamily, type OldKernelFamily } from '../../gpu/family.ts';
import type { LossKind, TargetKind } from '../../nn/losses.ts';
import type { Model } from '../../nn/model.ts';
import type { OptimizerRule } from '../../ops/update.ts';
import type { AugmentOptions } from '../../train/augment.ts';
import { PRECISIONS, type Precision } from '../../train/session-options.ts';
import { ACTIVATIONS, LOSS_NAMES } from './choice-facts.ts';
import { optimizerOf } from './choices.ts';
import { AUGMENTATION_NAMES, AUGMENTATIONS, NETWORK_NAMES } from './network-facts.ts';
import { type ImageNetwork, type Network, networkNamed, type TextNetwork } from './networks.ts';
import { COLOURS, SIDES } from './own-colour.ts';
import { Query } from './query.ts';
import { type RateCourse, rateCourseOf } from './rate-course.ts';

/** What determines any training run, besides the data and the network. */
interface CommonSettings {
  readonly title: string;
  readonly loss: LossKind;
  readonly optimizer: OptimizerRule;
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: RateCourse;
  /** The epochs that the run was begun for, and then each number that it was given later. Absent: all at once. */
  readonly stretches?: readonly number[];
  /** Ends the run after so many epochs in a row without a lower test loss. Absent: never. */
  readonly patience?: number;
  /** Whether the weights of the epoch with the lowest test loss are the ones that stay. Absent: the last ones. */
  readonly keepsBest?: true;
  readonly seed: number;
  readonly plan: PlanKind;
  /** Default: depends on the adapter. */
  readonly family?: KernelFamily | OldKernelFamily;
  /** Default full. */
  readonly precision?: Precision;
  /** Milliseconds; default: the trainer's. */
  readonly tuneBudget?: number;
  /** Steps to run on portable kernels while faster ones compile; default 0. */
  readonly warmSteps?: number;
}

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

/** Everything that determines a run on a text, besides the text. */
export interface TextSettings extends CommonSettings {
  readonly data: 'text';
  /** Characters that the network sees at a time. */
  readonly length: number;
  /** From one sample of the text to the next; default {@link strideFor}. */
  readonly stride?: number;
  /** @param tokens different characters of the text */
  model(tokens: number): Model;
  /** What the network writes after each epoch, and at the end. */
  readonly writing: Writing;
}

/** How a network writes. */
export interface Writing {
  /** Characters; 0 for none. */
  readonly count: number;
  readonly temperature: number;
  /** What it continues. Default a new line, or the text's first character. */
  readonly prompt?: string;
  /** Whether after each epoch, too. */
  readonly each: boolean;
}

/** Everything that determines a training run, besides the data. */
export type Settings = ImageSettings | TextSettings;

/** Options that only one kind of network has. */
const OWN = {
  images: ['layers', 'augment', 'normalize', 'train-limit', 'side', 'colour'],
  text: ['length', 'stride', 'sample', 'temperature', 'prompt'],
} as const;

/**
 * A run's settings from the address: `model` is a network of {@link NETWORKS}, the other parameters change it.
 *
 * @param prefix what options' names begin with in messages: `--` on the command line. Default none
 * @throws OptionError if a value is not allowed.
 */
export function settingsOf(options: URLSearchParams, prefix = ''): Settings {
  const query = new Query(options, prefix);
  const network = networkNamed(query.choice('model', NETWORK_NAMES, '2'));
  const [strays, learns] =
    network.data === 'images' ? [OWN.text, 'images'] : [OWN.images, 'a text'];
  const stray = strays.find((name) => query.has(name));
  if (stray) query.fail(stray, `left out: ${network.title} learns from ${learns}`);
  return network.data === 'images' ? ofImages(query, network) : ofText(query, network);
}

/**
 * Settings for images.
 *
 * @throws OptionError if a value is not allowed, or the network learns from a text
 */
export function imageSettingsOf(options: URLSearchParams): ImageSettings {
  const settings = settingsOf(options);
  if (settings.data === 'images') return settings;
  throw new OptionError(`${settings.title} learns from a text; use a model of images`);
}

function ofImages(query: Query, network: ImageNetwork): ImageSettings {
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

function ofText(query: Query, network: TextNetwork): TextSettings {
  if (query.choice('loss', LOSS_NAMES, network.loss) !== network.loss) {
    query.fail('loss', `${network.loss}: the next character is a class`);
  }
  const length = query.integer('length', network.length, 1, LONGEST);
  const own = {
    ...(query.has('activation')
      ? { activation: query.choice('activation', ACTIVATIONS, 'relu') }
      : {}),
    dropout: query.number('dropout', network.dropout),
  };
  const prompt = query.text('prompt');
  if (prompt === '') query.fail('prompt', 'a text, or left out');
  const temperature = query.number('temperature', 0.8);
  if (temperature < 0) query.fail('temperature', 'a number from 0');
  return {
    ...commonOf(query, network),
    data: 'text',
    length,
    ...(query.has('stride') ? { stride: query.integer('stride', 1, 1, 2 ** 31 - 1) } : {}),
    model: (tokens) => network.model(length, tokens, own),
    writing: {
      count: query.integer('sample', 200, 0, 100_000),
      temperature,
      ...(prompt === undefined ? {} : { prompt }),
      each: !query.has('at-end'),
    },
  };
}

/** Most characters that a network sees at a time. */
export const LONGEST = 1024;

/** Samples of an epoch that a short text gives: about 256 steps. */
const SAMPLES = 4096;

/** From one sample to the next: an epoch has each character at least once, and enough samples if the text has. */
export const strideFor = (characters: number, length: number): number =>
  Math.max(1, Math.min(length, Math.floor(characters / SAMPLES)));

function commonOf(query: Query, network: Network): CommonSettings {
  return {
    title: network.title,
    loss: query.choice('loss', LOSS_NAMES, network.loss),
    optimizer: optimizerOf(query, network),
    epochs: query.number('epochs', network.epochs),
    batchSize: query.number('batch-size', network.batchSize),
    schedule: rateCourseOf(query, network.schedule),
    ...stoppingOf(query),
    seed: query.number('seed', 1),
    plan: query.choice('plan', ['fused', 'plain'], 'fused'),
    ...kernelsOf(query),
  };
}

/** Most epochs without a lower test loss. */
export const MOST_PATIENCE = 10_000;

export const KEEPS = ['last', 'best'] as const;

/** When a run ends early, and which weights stay. */
function stoppingOf(query: Query): Pick<CommonSettings, 'patience' | 'keepsBest'> {
  const best = query.choice('keep', KEEPS, 'last') === 'best';
  return {
    ...(query.has('patience') ? { patience: query.integer('patience', 1, 1, MOST_PATIENCE) } : {}),
    ...(best ? { keepsBest: true } : {}),
  };
}

function augmentOf(query: Query, network: ImageNetwork): Pick<ImageSettings, 'augment'> {
  const augment = AUGMENTATIONS[query.choice('augment', AUGMENTATION_NAMES, network.augment)];
  return augment ? { augment } : {};
}

/** The choice of kernels, as far as it is given. */
function kernelsOf(
  query: Query,
): Pick<CommonSettings, 'precision' | 'family' | 'tuneBudget' | 'warmSteps'> {
  const family = query.choice('family', ['auto', ...FAMILIES, 'discrete'], 'auto');
  return {
    precision: query.choice('precision', PRECISIONS, 'full'),
    ...(family === 'auto' ? {} : { family }),
    ...(query.has('tune') ? { tuneBudget: query.number('tune', 0) } : {}),
    ...(query.has('warm-steps') ? { warmSteps: query.number('warm-steps', 0) } : {}),
  };
}
