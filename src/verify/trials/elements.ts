import type { Graph, Node } from '../../graph/graph.ts';
import { activation } from '../../ops/activation.ts';
import { ACTIVATIONS } from '../../ops/activation-reference.ts';
import { TANH } from '../../ops/activations.ts';
import { add } from '../../ops/add.ts';
import { addBias, columnSums } from '../../ops/bias.ts';
import { clamp } from '../../ops/clamp.ts';
import { argmax } from '../../ops/classify.ts';
import { concat } from '../../ops/concat.ts';
import { dropout } from '../../ops/dropout.ts';
import { matmul } from '../../ops/matmul.ts';
import { addRowBias } from '../../ops/over-rows.ts';
import { layerNorm, rmsNorm } from '../../ops/row_norm.ts';
import { scale } from '../../ops/scale.ts';
import { scaleColumns } from '../../ops/scale_columns.ts';
import { softmax } from '../../ops/softmax.ts';
import { input } from '../../ops/sources.ts';
import { flatten, matrixView } from '../../ops/view.ts';
import { RandomStream } from '../../random/stream.ts';
import type { Trial } from '../trial.ts';
import { forwardAndBackward, MATRICES, nameOf } from './shared.ts';

export function elementwiseTrials(): Trial[] {
  return MATRICES.flatMap((shape) => [
    forwardAndBackward('addBias', [shape, [shape[1]]], ([x, b]) => addBias(x, b)),
    forwardAndBackward('add', [shape, shape], ([x, y]) => add(x, y)),
    forwardAndBackward('add to itself', [shape], ([x]) => add(x, x)),
    forwardAndBackward('concat', [shape, [shape[0], 5]], ([x, y]) => concat(concat(x, y), x)),
    forwardAndBackward('scaleColumns', [shape, [shape[1]]], ([x, w]) => scaleColumns(x, w)),
    ...rowTrials(shape),
    forwardAndBackward('scale', [shape], ([x]) => scale(x, -0.3)),
    forwardAndBackward('dropout', [shape], ([x]) => dropout(x, 0.2), { step: 5 }),
    forwardAndBackward('flatten', [[shape[0], 2, shape[1]]], ([x]) => flatten(x)),
    ...viewTrials(shape),
    ...ACTIVATIONS.map((f) =>
      forwardAndBackward(f.name, [shape], ([x]) => activation(f, x), { magnitude: 4 }),
    ),
    {
      op: 'clamp',
      label: nameOf(shape),
      build: (graph: Graph) => [clamp(input(graph, 'x', shape), 0.4)],
    },
    {
      op: 'columnSums',
      label: nameOf(shape),
      build: (graph: Graph) => [columnSums(input(graph, 'x', shape))],
    },
    {
      op: 'argmax',
      label: nameOf(shape),
      build: (graph: Graph) => [argmax(input(graph, 'x', shape))],
    },
  ]);
}

/** Sums over so many rows that they are divided. */
export const longTrials = (): Trial[] =>
  [
    [513, 5],
    [1500, 260],
  ].map((shape) =>
    forwardAndBackward('sums of many rows', [shape, [shape[1]], [shape[1]]], ([x, w, b]) =>
      addRowBias(scaleColumns(x, w), b),
    ),
  );

/** Tensors [N,T,C] as matrices of N·T rows: as they lie in memory, and copied. */
function viewTrials([rows, columns]: readonly [number, number]): Trial[] {
  const x = [rows, 3, columns];
  const [weight, bias] = [[columns, 4], [4]];
  return [
    forwardAndBackward('matrixView', [x, weight, bias], ([x, w, b]) =>
      flatten(activation(TANH, addBias(matmul(matrixView(x, 2), w), b))),
    ),
    forwardAndBackward('matrixView, rows', [x, [columns], x], ([x, w, y]) =>
      flatten(
        concat(scaleColumns(softmax(matrixView(x, 2)), w), layerNorm(matrixView(y, 2), 1e-3)),
      ),
    ),
  ];
}

/** Ops of rows: alone, and with what is fused into their stores. */
function rowTrials(shape: readonly [number, number]): Trial[] {
  const affine = ([x, weight, bias]: readonly Node[]): Node =>
    addBias(scaleColumns(x, weight), bias);
  const parameters = [shape, [shape[1]], [shape[1]]];
  return [
    forwardAndBackward('layerNorm', [shape], ([x]) => layerNorm(x, 1e-5), { magnitude: 3 }),
    forwardAndBackward('layerNorm, affine', parameters, ([x, ...own]) =>
      activation(TANH, affine([layerNorm(x, 1e-3), ...own])),
    ),
    forwardAndBackward('rmsNorm', [shape], ([x]) => rmsNorm(x, 1e-3), { magnitude: 3 }),
    forwardAndBackward('rmsNorm, scaled', [shape, [shape[1]]], ([x, weight]) =>
      scaleColumns(rmsNorm(x, 1e-3), weight),
    ),
    forwardAndBackward('softmax', [shape], ([x]) => softmax(x), { magnitude: 3 }),
    forwardAndBackward('softmax, large', [shape], ([x]) => softmax(x), { magnitude: 90 }),
    ...[1e4, -300].map((mean) => ({
      op: 'layerNorm, far mean',
      label: `${nameOf(shape)}, mean ${mean}`,
      build: (graph: Graph) => [layerNorm(input(graph, 'x', shape), 1e-5)],
      fill: (_: string, size: number) => {
        const random = new RandomStream([size, 3]);
        return Float32Array.from({ length: size }, () => mean + random.signed());
      },
    })),
  ];
}
