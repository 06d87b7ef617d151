import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import type { Op } from '../graph/op.ts';
import { matrix, spec } from '../graph/tensor.ts';
import type { Reference, Value } from '../graph/value.ts';
import { checkLabels, labelPart } from './one_hot.ts';
import { DIVISION, expError, logError, TINY, ULP } from './rounding.ts';
import { rowDispatch, rowGradientDispatch } from './rows.ts';

interface Softmax {
  readonly maximum: number;
  /** Σ e^(x − max), and a bound on the GPU's error. */
  readonly sum: number;
  readonly sumError: number;
  /** e^(x − max) of each class, and bounds on the GPU's errors. */
  readonly terms: Float64Array;
  readonly termErrors: Float64Array;
}

/** The sums of one row. Apart from rounding, an error of the maximum cancels in all results. */
function softmaxOf(x: Value, row: number, classes: number): Softmax {
  const logits = x.data.subarray(row * classes, (row + 1) * classes);
  const maximum = Math.max(...logits);
  const maximumError = Math.max(...x.error.subarray(row * classes, (row + 1) * classes));
  const terms = logits.map((value) => Math.exp(value - maximum));
  const termErrors = terms.map((term, c) => {
    const d = Math.abs(logits[c] - maximum);
    const shift = x.error[row * classes + c] + maximumError + ULP * d;
    return term * (Math.expm1(shift) + expError(d) * Math.exp(shift)) + TINY;
  });
  const sum = terms.reduce((a, b) => a + b, 0);
  const sumError = termErrors.reduce((a, b) => a + b, 0) + classes * ULP * sum;
  return { maximum, sum, sumError, terms, termErrors };
}

export const crossEntropyRowsOp: Op<object> = {
  name: 'softmaxCrossEntropy',
  residence: 'computed',
  loss: true,
  infer: ([logits, labels]) => {
    const [batch] = matrix('the logits of softmaxCrossEntropy', logits);
    checkLabels(labels, batch);
    return spec([batch]);
  },
  gradient: ({ graph, inputs: [logits, labels] }, dy) => [
    graph.add(crossEntropyGradientOp, [logits, labels, dy], {}),
    null,
  ],
  dispatch: (node) =>
    rowDispatch(node, node.inputs[0], 4, [
      use(wgsl.lossSoftmax),
      use(wgsl.lossSoftmaxCrossEntropy),
      labelPart(node.inputs[1]),
    ]),
};

export const crossEntropyRowsReference: Reference = ({ inputs: [logits] }, [x, labels]) => {
  const [batch, classes] = logits.spec.shape;
  const data = new Float64Array(batch);
  const error = new Float64Array(batch);
  for (let row = 0; row < batch; row++) {
    const { maximum, sum, sumError } = softmaxOf(x, row, classes);
    const at = row * classes + Math.min(labels.data[row], classes - 1);
    const gap = maximum - x.data[at];
    data[row] = Math.log(sum) + gap;
    const gapError =
      x.error[at] + Math.max(...x.error.subarray(row * classes, (row + 1) * classes));
    error[row] =
      sumError / Math.max(sum - sumError, TINY) +
      logError(sum) +
      gapError +
      ULP * (Math.abs(gap) + Math.abs(data[row]));
  }
  return { data, error };
};

/** −log softmax(x)[class] of each row of logits x[batch, C] and labels [batch] u32: [batch]. */
export function softmaxCrossEntropy(logits: Node, labels: Node): Node {
  return graphOf('softmaxCrossEntropy()', logits).add(crossEntropyRowsOp, [logits, labels], {});
}

export const crossEntropyGradientOp: Op<object> = {
  name: 'softmaxCrossEntropyGradient',
  residence: 'computed',
  loss: true,
  infer: ([logits]) => logits,
  dispatch: (node) =>
    rowGradientDispatch(node, 6, [
      use(wgsl.lossSoftmax),
      use(wgsl.lossSoftmaxCrossEntropyGradient),
      labelPart(node.inputs[1]),
    ]),
};

export const crossEntropyGradientReference: Reference = ({ spec: { shape } }, [x, labels, dy]) => {
  const [batch, classes] = shape;
  const data = new Float64Array(batch * classes);
  const error = new Float64Array(batch * classes);
  for (let row = 0; row < batch; row++) {
    const { sum, sumError, terms, termErrors } = softmaxOf(x, row, classes);
    const weight = dy.data[row];
    for (let c = 0; c < classes; c++) {
      const p = terms[c] / sum;
      const off =
        termErrors[c] / sum + (p * sumError) / Math.max(sum - sumError, TINY) + DIVISION * p;
      const d = p - (labels.data[row] === c ? 1 : 0);
      data[row * classes + c] = d * weight;
      error[row * classes + c] =
        (off + ULP * Math.abs(d)) * (Math.abs(weight) + dy.error[row]) +
        Math.abs(d) * dy.error[row] +
        ULP * Math.abs(d * weight) +
        TINY;
    }
  }
  return { data, error };
};
