import type { Node } from '../../graph/graph.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { gradients } from '../../ops/gradients.ts';
import { meanSquaredError } from '../../ops/mean_squared_error.ts';
import { input, parameter } from '../../ops/sources.ts';
import { flatten } from '../../ops/view.ts';
import type { Trial } from '../trial.ts';

/** 1, primes, one off a block of 4, one off a tile of 8, one off a workgroup, and the paper's sizes. */
export const MATRICES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 10],
  [3, 4],
  [4, 5],
  [7, 8],
  [9, 3],
  [13, 31],
  [31, 33],
  [65, 127],
  [100, 128],
];

/** A shape in words: 3×4. */
export const nameOf = (shape: readonly number[]): string => shape.join('×');

/** The sum of a tensor with fixed weights: a scalar whose gradient differs for each element. */
function weighed(x: Node): Node {
  const flat = x.spec.shape.length > 2 ? flatten(x) : x;
  const weights = input(x.graph, `weights of ${x.name}`, flat.spec.shape);
  return batchMean(meanSquaredError(flat, weights));
}

/** An op and its gradients for parameters of some shapes. */
export function forwardAndBackward(
  op: string,
  shapes: readonly (readonly number[])[],
  build: (parameters: readonly Node[]) => Node,
  options: Partial<Trial> = {},
): Trial {
  return {
    op,
    label: shapes.map(nameOf).join(', '),
    batch: shapes[0][0],
    ...options,
    build: (graph) => {
      const parameters = shapes.map((shape, i) => parameter(graph, `p${i}`, shape));
      const y = build(parameters);
      return [y, ...gradients(weighed(y), parameters).values()];
    },
  };
}
