import type { Graph } from '../graph/graph.ts';
import { scale } from '../ops/scale.ts';
import { input, parameter } from '../ops/sources.ts';
import { update } from '../ops/update.ts';
import type { Trial } from './trial.ts';
import { RULES, stepTrial } from './trials.ts';

/** Rows of a batch, from one to what is a batch no more. */
export const BATCHES = [1, 3, 100, 8192] as const;
/** Of the layers: a tile, one more, and what fills a binding with a batch of 8,192. */
export const WIDTHS = [16, 17, 256, 4096] as const;
/** Linear layers. */
export const DEPTHS = [1, 2, 3, 16] as const;

const PIXELS = 49;
const CLASSES = 10;

export interface Scale {
  readonly batch: number;
  readonly width: number;
  readonly depth: number;
}

/** Widths of a network's tensors: a network of one layer has no hidden one, its images are as wide. */
function widthsOf({ width, depth }: Scale): number[] {
  if (depth === 1) return [width, CLASSES];
  return [PIXELS, ...Array.from({ length: depth - 1 }, () => width), CLASSES];
}

/** Floating point operations of a step: forward, and two products backward. */
export function stepFlop(size: Scale): number {
  const widths = widthsOf(size);
  const weights = widths.slice(1).reduce((sum, width, i) => sum + width * widths[i], 0);
  return 6 * size.batch * weights;
}

/**
 * Over many layers of weights of both signs the bounds on the error grow faster than the outputs, by
 * Σ|w||x| / |Σwx| a layer, and in the end say nothing. There no weight is below 0.
 */
const isDeep = ({ depth }: Scale): boolean => depth > 3;

/** Of the weights. He et al. 2015: outputs stay of one size over the layers, whatever the width. */
const magnitudeOf = (size: Scale): number =>
  isDeep(size) ? 2 / size.width : Math.sqrt(6 / size.width);

/**
 * A training step of a network of this size, its batch partial where it can be. The first step: the
 * momentum that is compared is the gradient alone.
 */
export function scalingTrial(size: Scale): Trial {
  const { batch, width, depth } = size;
  const trial = stepTrial(
    {
      widths: widthsOf(size),
      batch,
      samples: Math.ceil(0.75 * batch),
      step: 0,
      kind: 'relu',
      // A mask of its own makes a layer's kernels a compilation of their own: not 16 times.
      drop: depth > 1 && depth <= 3 ? 0.2 : 0,
      loss: 'cross_entropy',
      magnitude: magnitudeOf(size),
    },
    RULES[2],
  );
  return { ...trial, positive: isDeep(size), op: `batch ${batch}, width ${width}, depth ${depth}` };
}

/** Grids of more than 65,535 workgroups, WebGPU's limit for a side: 4,097 · 4,096 / 256. */
function gridTrials(): Trial[] {
  const shape = [4097, 4096];
  return [
    {
      op: 'scale 4097×4096',
      label: 'a grid of two rows',
      build: (graph: Graph) => [scale(input(graph, 'x', shape), -0.3)],
    },
    {
      op: 'SGD 4097×4096',
      label: 'a grid of two rows',
      build: (graph: Graph) => [
        update(parameter(graph, 'w', shape), input(graph, 'g', shape), RULES[0][1]),
      ],
    },
  ];
}

/**
 * Training steps of networks from a batch of 1 to one of 8,192, from 16 wide to 4,096, from one layer
 * to 16, in all combinations whose step takes at most so many floating point operations; and kernels
 * over more workgroups than one side of a grid may have. The reference takes some 10 ns an operation.
 */
export function scalingTrials(mostFlop: number): Trial[] {
  const sizes = BATCHES.flatMap((batch) =>
    WIDTHS.flatMap((width) => DEPTHS.map((depth) => ({ batch, width, depth }))),
  );
  const chosen = sizes.filter((size) => stepFlop(size) <= mostFlop);
  return [...chosen.map(scalingTrial), ...gridTrials()];
}
