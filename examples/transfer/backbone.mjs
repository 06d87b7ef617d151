/** The convolutions that pretrain.mjs trains and main.ts keeps: any grey image becomes a quarter as high and wide, with 32 channels. */
import { conv2d, maxPool2d, relu } from 'gradweave';

export const CHANNELS = 32;

export const backbone = () => [
  ...[conv2d(1, 8, 3, { padding: 1 }), relu(), maxPool2d(2)],
  ...[conv2d(8, 16, 3, { padding: 1 }), relu(), maxPool2d(2)],
  ...[conv2d(16, CHANNELS, 3, { padding: 1 }), relu()],
];
