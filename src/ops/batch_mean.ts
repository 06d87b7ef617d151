import { ShapeError } from '../errors.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { describe, spec, type TensorSpec } from '../graph/tensor.ts';
import { type Reference, rowsOf } from '../graph/value.ts';
import { DIVISION, overflow, ULP } from './rounding.ts';

function vector(what: string, x: TensorSpec): number {
  if (x.shape.length !== 1 || x.dtype !== 'f32') {
    throw new ShapeError(`${what} is ${describe(x)}; it must be a vector of f32`);
  }
  return x.shape[0];
}

export const batchMeanOp: Op<object> = {
  name: 'batchMean',
  residence: 'computed',
  infer: ([x]) => {
    vector('the input of batchMean', x);
    return spec([]);
  },
  gradient: (node, dy) => [
    node.graph.add(batchMeanGradientOp, [dy], { batch: node.inputs[0].spec.shape[0] }),
  ],
  dispatch: (node) => ({
    label: node.name,
    parts: [use(wgsl.reduceBatchMean, { bindings: { x: ref(node.inputs[0]), mean: ref(node) } })],
    grid: [1, 1, 1],
    flop: node.inputs[0].spec.shape[0],
  }),
};

export const batchMeanReference: Reference = (_, [x], world) => {
  const count = rowsOf(world);
  let sum = 0;
  let size = 0;
  let error = 0;
  for (let row = 0; row < count; row++) {
    sum += x.data[row];
    size += Math.abs(x.data[row]);
    error += x.error[row];
  }
  const rounding = (count * ULP + DIVISION) * size;
  return {
    data: Float64Array.of(sum / count),
    error: Float64Array.of((error + rounding) / count + overflow(size)),
  };
};

/** The mean over the valid rows of the batch, x[batch] → a scalar. A last batch may be partial. */
export function batchMean(x: Node): Node {
  return graphOf('batchMean()', x).add(batchMeanOp, [x], {});
}

export const batchMeanGradientOp: Op<{ readonly batch: number }> = {
  name: 'batchMeanGradient',
  residence: 'computed',
  infer: (_, { batch }) => spec([batch]),
  dispatch: (node) => ({
    label: node.name,
    parts: [
      use(wgsl.reduceBatchMeanGradient, {
        bindings: { meanGradient: ref(node.inputs[0]), dx: ref(node) },
      }),
      use(wgsl.stepBatch, { constants: { BATCH: node.attributes.batch } }),
    ],
    grid: [Math.ceil(node.attributes.batch / 64), 1, 1],
    flop: node.attributes.batch,
  }),
};

export const batchMeanGradientReference: Reference<{ readonly batch: number }> = (
  { attributes: { batch } },
  [dy],
  world,
) => {
  const count = rowsOf(world);
  const value = dy.data[0] / count;
  const off = dy.error[0] / count + DIVISION * Math.abs(value);
  const valid = (row: number): boolean => row < count;
  return {
    data: Float64Array.from({ length: batch }, (_, row) => (valid(row) ? value : 0)),
    error: Float64Array.from({ length: batch }, (_, row) => (valid(row) ? off : 0)),
  };
};
