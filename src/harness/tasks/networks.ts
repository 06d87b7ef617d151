/** The networks that the page and the command offer, with their models; network-facts.ts has all else of them. */
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
import { type MlpOptions, mlp } from '../../nn/mlp.ts';
import type { Model } from '../../nn/model.ts';
import { AUTOENCODER } from '../../paper/table.ts';
import { FACTS, type ImageFacts, type NetworkName, type TextFacts } from './network-facts.ts';

/** A network that learns from images. */
export interface ImageNetwork extends ImageFacts {
  /** @param image [height, width], or [height, width, channels] */
  model(image: readonly number[], options: Options): Model;
}

/** A network that learns from a text to write on. */
export interface TextNetwork extends TextFacts {
  /** @param tokens different characters of the text */
  model(length: number, tokens: number, options: Omit<Options, 'widths'>): Model;
}

/** A network with the recipe that trains it. */
export type Network = ImageNetwork | TextNetwork;

/** What a run may change of a network. */
export interface Options extends Pick<MlpOptions, 'activation' | 'dropout'> {
  readonly widths: readonly number[];
  /** Classes. Default 10. */
  readonly outputs?: number;
}

const ACTIVATION = { relu, sigmoid, tanh } as const;

/**
 * Two convolutions of 3×3, each with an activation and a pool of 2×2, then two linear layers: 421,642 parameters for images of
 * 28×28 in grey. Dropout is before each linear layer.
 */
function convolutional(
  image: readonly number[],
  { activation = 'relu', dropout: rate = 0, outputs = 10 }: Options,
): Model {
  const [height, width, channels = 1] = image;
  const activate = ACTIVATION[activation];
  const dropped: readonly Layer[] = rate > 0 ? [dropout(rate)] : [];
  const left = Math.floor(height / 4) * Math.floor(width / 4);
  return new Sequential(image, [
    ...[conv2d(channels, 32, 3, { padding: 1 }), activate(), maxPool2d(2)],
    ...[conv2d(32, 64, 3, { padding: 1 }), activate(), maxPool2d(2)],
    ...[flatten(), ...dropped, linear(64 * left, 128), activate()],
    ...[...dropped, linear(128, outputs)],
  ]);
}

/** A convolution of 3×3 with a batch norm. It has no bias: the norm has one. */
const normed = (inputs: number, outputs: number, stride: number): readonly Layer[] => [
  conv2d(inputs, outputs, 3, { padding: 1, stride, bias: false }),
  batchNorm2d(outputs),
];

/**
 * Three stages of 16, 32 and 64 channels, each with two residual blocks (He et al. 2015), the last two at half the size of the one
 * before; then the mean of each channel, dropout and a linear layer: 218,490 parameters for images in grey.
 */
function resnet(
  image: readonly number[],
  { activation = 'relu', dropout: rate = 0, outputs = 10 }: Options,
): Model {
  const activate = ACTIVATION[activation];
  const [, , channels = 1] = image;
  const block = (size: number): readonly Layer[] => [
    residual([...[...normed(size, size, 1), activate()], ...normed(size, size, 1)]),
    activate(),
  ];
  const stage = (inputs: number, outputs: number, stride: number): readonly Layer[] => [
    ...[...normed(inputs, outputs, stride), activate()],
    ...[...block(outputs), ...block(outputs)],
  ];
  return new Sequential(image, [
    ...[...stage(channels, 16, 1), ...stage(16, 32, 2), ...stage(32, 64, 2)],
    ...[adaptiveAvgPool2d(1), flatten(), ...(rate > 0 ? [dropout(rate)] : []), linear(64, outputs)],
  ]);
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

const perceptron: ImageNetwork['model'] = (image, { widths, outputs: _, ...options }) =>
  mlp(image, widths, options);

const { outputActivation } = AUTOENCODER;

/** The networks by their names in the address. */
export const NETWORKS = {
  '1': { ...FACTS[1], model: perceptron },
  '2': { ...FACTS[2], model: perceptron },
  '3': { ...FACTS[3], model: perceptron },
  autoencoder: {
    ...FACTS.autoencoder,
    model: (image: readonly number[], { widths, outputs: _, ...options }: Options) =>
      mlp(image, widths, { ...options, outputActivation }),
  },
  cnn: { ...FACTS.cnn, model: convolutional },
  resnet: { ...FACTS.resnet, model: resnet },
  transformer: { ...FACTS.transformer, model: transformer },
} as const satisfies Readonly<Record<NetworkName, Network>>;

/** A network by its name; that of Model 2 for an unknown name. */
export const networkNamed = (name: string): Network =>
  Object.hasOwn(NETWORKS, name) ? NETWORKS[name as NetworkName] : NETWORKS['2'];
