/** The networks that the page and the command offer. A new one is an entry here. */
import { FASHION_MNIST_DEVIATION, FASHION_MNIST_MEAN } from '../../data/fashion-mnist.ts';
import { normal } from '../../nn/initial.ts';
import {
  adaptiveAvgPool2d,
  batchNorm2d,
  causalSelfAttention,
  conv2d,
  dropout,
  embedding,
  flatten,
  gelu,
  type Layer,
  layerNorm,
  linear,
  maxPool2d,
  positionalEmbedding,
  relu,
  residual,
  Sequential,
  sigmoid,
  tanh,
  unembedding,
} from '../../nn/layers.ts';
import type { LossKind, TargetKind } from '../../nn/losses.ts';
import { type MlpOptions, mlp } from '../../nn/mlp.ts';
import type { Model } from '../../nn/model.ts';
import { AUTOENCODER, PAPER_MODELS, type PaperModel } from '../../paper/table.ts';
import type { AugmentOptions } from '../../train/augment.ts';
import type { OptimizerName } from './choices.ts';

/** How the learning rate changes over a run. */
export const SCHEDULES = ['constant', 'cosine'] as const;

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
  readonly schedule: (typeof SCHEDULES)[number];
  readonly loss: LossKind;
}

/** A network that learns from images. */
export interface ImageNetwork extends Recipe {
  readonly data: 'images';
  /** Of a perceptron: from the pixels to the outputs. */
  readonly widths?: readonly number[];
  readonly augment: keyof typeof AUGMENTATIONS;
  readonly target: TargetKind;
  readonly normalize: readonly [mean: number, deviation: number] | null;
  /** @param image [height, width] */
  model(image: readonly number[], options: Options): Model;
}

/** A network that learns from a text to write on. */
export interface TextNetwork extends Recipe {
  readonly data: 'text';
  /** Characters that it sees at a time. */
  readonly length: number;
  /** @param tokens different characters of the text */
  model(length: number, tokens: number, options: Omit<Options, 'widths'>): Model;
}

/** A network with the recipe that trains it. */
export type Network = ImageNetwork | TextNetwork;

/** What a run may change of a network. */
export interface Options extends Pick<MlpOptions, 'activation' | 'dropout'> {
  readonly widths: readonly number[];
}

const ACTIVATION = { relu, sigmoid, tanh } as const;

/**
 * Two convolutions of 3×3, each with an activation and a pool of 2×2, then two linear layers: 421,642 parameters for images of
 * 28×28. Dropout is before each linear layer.
 */
function convolutional(
  [height, width]: readonly number[],
  { activation = 'relu', dropout: rate = 0 }: Options,
): Model {
  const activate = ACTIVATION[activation];
  const dropped: readonly Layer[] = rate > 0 ? [dropout(rate)] : [];
  const left = Math.floor(height / 4) * Math.floor(width / 4);
  return new Sequential(
    [height, width],
    [
      ...[conv2d(1, 32, 3, { padding: 1 }), activate(), maxPool2d(2)],
      ...[conv2d(32, 64, 3, { padding: 1 }), activate(), maxPool2d(2)],
      ...[flatten(), ...dropped, linear(64 * left, 128), activate()],
      ...[...dropped, linear(128, 10)],
    ],
  );
}

/** A convolution of 3×3 with a batch norm. It has no bias: the norm has one. */
const normed = (inputs: number, outputs: number, stride: number): readonly Layer[] => [
  conv2d(inputs, outputs, 3, { padding: 1, stride, bias: false }),
  batchNorm2d(outputs),
];

/**
 * Three stages of 16, 32 and 64 channels, each with two residual blocks (He et al. 2015), the last two at half the size of the one
 * before; then the mean of each channel, dropout and a linear layer: 218,490 parameters.
 */
function resnet(
  [height, width]: readonly number[],
  { activation = 'relu', dropout: rate = 0 }: Options,
): Model {
  const activate = ACTIVATION[activation];
  const block = (channels: number): readonly Layer[] => [
    residual([...[...normed(channels, channels, 1), activate()], ...normed(channels, channels, 1)]),
    activate(),
  ];
  const stage = (inputs: number, channels: number, stride: number): readonly Layer[] => [
    ...[...normed(inputs, channels, stride), activate()],
    ...[...block(channels), ...block(channels)],
  ];
  return new Sequential(
    [height, width],
    [
      ...[...stage(1, 16, 1), ...stage(16, 32, 2), ...stage(32, 64, 2)],
      ...[adaptiveAvgPool2d(1), flatten(), ...(rate > 0 ? [dropout(rate)] : []), linear(64, 10)],
    ],
  );
}

/** Width and heads of the transformer, and how many blocks it has. */
const [WIDTH, HEADS, BLOCKS] = [128, 4, 4];

/**
 * A transformer of characters: four blocks of causal attention with 4 heads and of two linear layers, at a width of 128, norms
 * first; the head shares the embedding's weight. About 800,000 parameters. Dropout is at the end of each part of a block.
 */
function transformer(
  length: number,
  tokens: number,
  { activation, dropout: rate = 0 }: Omit<Options, 'widths'>,
): Model {
  const activate = activation === undefined ? gelu : ACTIVATION[activation];
  const dropped: readonly Layer[] = rate > 0 ? [dropout(rate)] : [];
  // As GPT-2: with a deviation of 1, the logits of the tied head would begin near ±11.
  const initial = normal(0.02);
  const table = embedding(tokens, WIDTH, { initial });
  const block = (): readonly Layer[] => [
    residual([layerNorm(WIDTH), causalSelfAttention(WIDTH, HEADS), ...dropped]),
    residual([
      ...[layerNorm(WIDTH), linear(WIDTH, 4 * WIDTH), activate()],
      ...[linear(4 * WIDTH, WIDTH), ...dropped],
    ]),
  ];
  return new Sequential(
    [length],
    [
      ...[table, positionalEmbedding(length, WIDTH, { initial })],
      ...Array.from({ length: BLOCKS }, block).flat(),
      ...[layerNorm(WIDTH), unembedding(table)],
    ],
  );
}

const perceptron = (label: string, { model, n1, n2, ...recipe }: PaperModel): ImageNetwork => ({
  ...{ data: 'images', label, title: `Model ${model}`, widths: [784, n1, n2, 10] },
  about: 'A perceptron of two hidden layers with dropout, as in the paper.',
  ...recipe,
  ...{ schedule: 'constant', augment: 'none', loss: 'mse', target: 'label', normalize: null },
  model: (image, { widths, ...options }) => mlp(image, widths, options),
});

const [first, second, third] = PAPER_MODELS;
const { hidden, outputActivation, ...autoencoder } = AUTOENCODER;

/** The networks by their names in the address. */
export const NETWORKS = {
  '1': perceptron('Model 1 – the paper’s, SGD', first),
  '2': perceptron('Model 2 – the paper’s, Adam', second),
  '3': perceptron('Model 3 – like 2, twice as long', third),
  autoencoder: {
    ...{ data: 'images', label: 'Autoencoder', title: 'Autoencoder', widths: [784, hidden, 784] },
    about: 'A perceptron that learns to give its input back, through a narrow layer.',
    ...autoencoder,
    ...{ schedule: 'constant', augment: 'none', loss: 'mse', target: 'input', normalize: null },
    model: (image: readonly number[], { widths, ...options }: Options) =>
      mlp(image, widths, { ...options, outputActivation }),
  },
  cnn: {
    data: 'images',
    ...{ label: 'CNN', title: 'CNN', dropout: 0.1, batchSize: 100, learningRate: 2e-3 },
    about: 'Two convolutions with pools, then two linear layers: 421,642 parameters.',
    ...{
      optimizer: 'adam',
      epochs: 12,
      schedule: 'cosine',
      augment: 'none',
      loss: 'cross_entropy',
      target: 'label',
    },
    normalize: [FASHION_MNIST_MEAN, FASHION_MNIST_DEVIATION],
    model: convolutional,
  },
  resnet: {
    data: 'images',
    ...{ label: 'ResNet', title: 'ResNet', dropout: 0, batchSize: 100 },
    about: 'Residual blocks with batch norm, images flipped and shifted: 218,490 parameters.',
    ...{ learningRate: 2e-3, optimizer: 'adamw', epochs: 30, schedule: 'cosine' },
    ...{ augment: 'flip-shift', loss: 'cross_entropy', target: 'label' },
    normalize: [FASHION_MNIST_MEAN, FASHION_MNIST_DEVIATION],
    model: resnet,
  },
  transformer: {
    data: 'text',
    ...{ label: 'Transformer', title: 'Transformer', dropout: 0.1, batchSize: 16 },
    about: 'Learns to write, character by character: four blocks of attention, 800,000 parameters.',
    ...{ learningRate: 1e-3, optimizer: 'adamw', epochs: 10, schedule: 'cosine' },
    ...{ loss: 'cross_entropy', length: 64 },
    model: transformer,
  },
} as const satisfies Readonly<Record<string, Network>>;

export type NetworkName = keyof typeof NETWORKS;

export const NETWORK_NAMES = Object.keys(NETWORKS) as NetworkName[];

/** A perceptron's widths, from the pixels to the outputs; undefined for other networks. */
export const widthsOf = (network: Network): readonly number[] | undefined =>
  network.data === 'images' ? network.widths : undefined;

/** A network by its name; that of Model 2 for an unknown name. */
export const networkNamed = (name: string): Network =>
  (NETWORKS as Readonly<Record<string, Network>>)[name] ?? NETWORKS['2'];
