/** What the page and the command say of the networks that they offer; networks.ts makes them. */
import { FASHION_MNIST_DEVIATION, FASHION_MNIST_MEAN } from '../../data/fashion-mnist.ts';
import type { LossKind, TargetKind } from '../../nn/losses.ts';
import { AUTOENCODER, PAPER_MODELS, type PaperModel } from '../../paper/table.ts';
import type { AugmentOptions } from '../../train/augment.ts';
import type { OptimizerName } from './choice-facts.ts';
import type { ScheduleName } from './schedule-facts.ts';

/** How images are changed at random in training, by name. */
export const AUGMENTATIONS = {
  none: undefined,
  'flip-shift': { flip: true, shift: 2 },
} as const satisfies Readonly<Record<string, AugmentOptions | undefined>>;

export const AUGMENTATION_NAMES = Object.keys(AUGMENTATIONS) as (keyof typeof AUGMENTATIONS)[];

/** What all networks have: names, and the recipe that trains one. */
interface Recipe {
  /** For the form. */
  readonly label: string;
  /** A sentence for the form. */
  readonly about: string;
  /** For tables and files. */
  readonly title: string;
  readonly dropout: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly optimizer: OptimizerName;
  readonly epochs: number;
  readonly schedule: ScheduleName;
  readonly loss: LossKind;
}

/** A network that learns from images. */
export interface ImageFacts extends Recipe {
  readonly data: 'images';
  /** Of a perceptron: from the pixels to the outputs. */
  readonly widths?: readonly number[];
  readonly augment: keyof typeof AUGMENTATIONS;
  readonly target: TargetKind;
  readonly normalize: readonly [mean: number, deviation: number] | null;
}

/** A network that learns from a text to write on. */
export interface TextFacts extends Recipe {
  readonly data: 'text';
  /** Characters that it sees at a time. */
  readonly length: number;
}

/** A network's names, and the recipe that trains it. */
export type NetworkFacts = ImageFacts | TextFacts;

const perceptron = (label: string, { model, n1, n2, ...recipe }: PaperModel): ImageFacts => ({
  ...{ data: 'images', label, title: `Model ${model}`, widths: [784, n1, n2, 10] },
  about: 'A perceptron of two hidden layers with dropout, as in the paper.',
  ...recipe,
  ...{ schedule: 'constant', augment: 'none', loss: 'mse', target: 'label', normalize: null },
});

const [first, second, third] = PAPER_MODELS;
const { hidden, outputActivation: _, ...autoencoder } = AUTOENCODER;

/** The networks by their names in the address. A new one is an entry here, and one of `MODELS` in networks.ts. */
export const FACTS = {
  '1': perceptron('Model 1 – the paper’s, SGD', first),
  '2': perceptron('Model 2 – the paper’s, Adam', second),
  '3': perceptron('Model 3 – like 2, twice as long', third),
  autoencoder: {
    ...{ data: 'images', label: 'Autoencoder', title: 'Autoencoder', widths: [784, hidden, 784] },
    about: 'A perceptron that learns to give its input back, through a narrow layer.',
    ...autoencoder,
    ...{ schedule: 'constant', augment: 'none', loss: 'mse', target: 'input', normalize: null },
  },
  cnn: {
    data: 'images',
    ...{ label: 'CNN', title: 'CNN', dropout: 0.1, batchSize: 100, learningRate: 2e-3 },
    about: 'Two convolutions with pools, then two linear layers.',
    ...{
      optimizer: 'adam',
      epochs: 12,
      schedule: 'cosine',
      augment: 'none',
      loss: 'cross_entropy',
      target: 'label',
    },
    normalize: [FASHION_MNIST_MEAN, FASHION_MNIST_DEVIATION],
  },
  resnet: {
    data: 'images',
    ...{ label: 'ResNet', title: 'ResNet', dropout: 0, batchSize: 100 },
    about: 'Residual blocks with batch norm, images flipped and shifted.',
    ...{ learningRate: 2e-3, optimizer: 'adamw', epochs: 30, schedule: 'cosine' },
    ...{ augment: 'flip-shift', loss: 'cross_entropy', target: 'label' },
    normalize: [FASHION_MNIST_MEAN, FASHION_MNIST_DEVIATION],
  },
  transformer: {
    data: 'text',
    ...{ label: 'Transformer', title: 'Transformer', dropout: 0.1, batchSize: 16 },
    about: 'Learns to write, character by character: four blocks of attention.',
    ...{ learningRate: 1e-3, optimizer: 'adamw', epochs: 10, schedule: 'cosine' },
    ...{ loss: 'cross_entropy', length: 64 },
  },
} as const satisfies Readonly<Record<string, NetworkFacts>>;

export type NetworkName = keyof typeof FACTS;

export const NETWORK_NAMES = Object.keys(FACTS) as NetworkName[];

/** A perceptron's widths, from the pixels to the outputs; undefined for other networks. */
export const widthsOf = (network: NetworkFacts): readonly number[] | undefined =>
  network.data === 'images' ? network.widths : undefined;

/** A network by its name; that of Model 2 for an unknown name. */
export const factsNamed = (name: string): NetworkFacts =>
  Object.hasOwn(FACTS, name) ? FACTS[name as NetworkName] : FACTS['2'];
