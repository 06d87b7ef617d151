import type { Graph } from '../graph/graph.ts';
import { scale } from '../ops/scale.ts';
import { input, parameter } from '../ops/sources.ts';
import { update } from '../ops/update.ts';
import type { Trial } from './trial.ts';
import { stepTrial } from './trials/step.ts';
import { UPDATE_RULES } from './trials/updates.ts';

/** Rows of a batch, from one to more than any usual batch. */
export const BATCHES = [1, 3, 100, 8192] as const;
/** Widths of the layers: a tile, one more, and one that fills a binding with a batch of 8,192. */
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

/** Widths of a network's tensors. A network of one layer has no hidden layer, so its images have the width. */
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
 * With weights of both signs, the error bounds grow faster than the outputs, by Σ|w||x| / |Σwx| for each
 * layer, and become useless over many layers. Such networks have no weights below 0.
 */
const isDeep = ({ depth }: Scale): boolean => depth > 3;

/** Scale of the weights (He et al. 2015): outputs keep their size over the layers, for any width. */
const magnitudeOf = (size: Scale): number =>
  isDeep(size) ? 2 / size.width : Math.sqrt(6 / size.width);

/**
 * A training step of a network of this size, with a partial batch if possible. It is the first step, so the
 * compared momentum is just the gradient.
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
      // Each layer's mask needs its own compilation; 16 of them would take too long.
      drop: depth > 1 && depth <= 3 ? 0.2 : 0,
      loss: 'cross_entropy',
      magnitude: magnitudeOf(size),
    },
    UPDATE_RULES[2],
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
        update(parameter(graph, 'w', shape), input(graph, 'g', shape), UPDATE_RULES[0][1]),
      ],
    },
  ];
}

/**
 * Training steps of networks with batches of 1 to 8,192, widths of 16 to 4,096 and 1 to 16 layers, in all
 * combinations whose step needs at most so many floating point operations; and kernels with more workgroups
 * than one side of a grid may have. The reference takes about 10 ns for each operation.
 */
export function scalingTrials(mostFlop: number): Trial[] {
  const sizes = BATCHES.flatMap((batch) =>
    WIDTHS.flatMap((width) => DEPTHS.map((depth) => ({ batch, width, depth }))),
  );
  const chosen = sizes.filter((size) => stepFlop(size) <= mostFlop);
  return [...chosen.map(scalingTrial), ...gridTrials()];
}
