/** What there is to see in a network: for the page, and for the worker that draws. */
import type { LayerOutput } from '../nn/layer-outputs.ts';
import type { TableData } from './own/table.ts';

/** Weights of a layer that are pictures: a kernel for each output channel and input channel, or the pixels of each unit. */
export interface Kernels {
  /** The parameter's name: `0.weight`. */
  readonly name: string;
  /** The layer's kind: `conv2d 1→32, 3×3`. */
  readonly kind: string;
  readonly outputs: number;
  readonly inputs: number;
  /** Of a picture, which is as high as wide. */
  readonly side: number;
  /** Whether the three input channels are red, green and blue of an image: they are one picture in colour. */
  readonly rgb?: true;
}

/** A layer whose outputs are images: its place in a row of all such layers' outputs. */
export interface Maps extends LayerOutput {
  /** Whether it is a layer by itself, not one inside of another. */
  readonly main: boolean;
}

/** A layer of attention. */
export interface Attention {
  readonly name: string;
  readonly kind: string;
  readonly heads: number;
  /** The layer whose output it sees; undefined if it is the first. */
  readonly before: string | undefined;
}

/** A layer of units, each of which answers to a sample with a number, or with a map of numbers. */
export interface Units {
  /** The layer's name: `3`, or of an inner layer `3.0`. */
  readonly name: string;
  readonly kind: string;
  readonly count: number;
  /** Whether a unit answers with a map. */
  readonly mapped: boolean;
}

export interface Insides {
  readonly kernels: readonly Kernels[];
  readonly maps: readonly Maps[];
  readonly attention: readonly Attention[];
  readonly units: readonly Units[];
}

/** The test split of a network that learns classes; rows of a table are images of one line. */
export interface TestFacts {
  readonly count: number;
  readonly classes: readonly string[];
  readonly height: number;
  readonly width: number;
  /** Bytes of a pixel. */
  readonly channels: number;
}

/** The table that a network learns from, and how many rows of it are held out. */
export type TableInsides = Pick<TableData, 'columns' | 'target' | 'classes' | 'scale'> & {
  readonly count: number;
};
