import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { matrix, same, spec, storageOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { DIVISION, overflow, TINY, ULP } from './rounding.ts';
import { rowDispatch, rowGradientDispatch } from './rows.ts';
import { scale } from './scale.ts';

/** The shader part that reads a target from memory. */
export function targetPart(target: Node): Part<Ref> {
  return use(wgsl.targetMatrix, {
    constants: { TARGET_COLUMN4_COUNT: storageOf(target.spec.shape).columns4 },
    bindings: { expected: ref(target) },
  });
}

export const squaredErrorRowsOp: Op<object> = {
  name: 'meanSquaredError',
  residence: 'computed',
  loss: true,
  infer: ([outputs, target]) => {
    same('outputs and target of meanSquaredError', outputs, target);
    return spec([matrix('the outputs of meanSquaredError', outputs)[0]]);
  },
  gradient: ({ graph, inputs: [outputs, target] }, dy, [wantOutputs, wantTarget]) => {
    const slope = graph.add(squaredErrorGradientOp, [outputs, target, dy], {});
    return [wantOutputs ? slope : null, wantTarget ? scale(slope, -1) : null];
  },
  dispatch: (node) =>
    rowDispatch(node, node.inputs[0], 3, [
      use(wgsl.lossNoBegin),
      use(wgsl.lossMeanSquaredError),
      targetPart(node.inputs[1]),
    ]),
};

export const squaredErrorRowsReference: Reference = ({ spec: { shape }, inputs }, [x, t]) => {
  const columns = inputs[0].spec.shape[1];
  const data = new Float64Array(shape[0]);
  const error = new Float64Array(shape[0]);
  x.data.forEach((value, i) => {
    const row = Math.floor(i / columns);
    const d = value - t.data[i];
    const off = x.error[i] + t.error[i] + ULP * Math.abs(d);
    data[row] += (d * d) / columns;
    error[row] += (off * (2 * Math.abs(d) + off) + (columns + 2) * ULP * d * d) / columns;
  });
  return {
    data,
    error: error.map((e, row) => e + DIVISION * data[row] + overflow(columns * data[row])),
  };
};

/** 1/C · Σ_c (x − t)² of each row of outputs x[batch, C] and target t[batch, C]: [batch]. */
export function meanSquaredError(outputs: Node, target: Node): Node {
  return graphOf('meanSquaredError()', outputs).add(squaredErrorRowsOp, [outputs, target], {});
}

export const squaredErrorGradientOp: Op<object> = {
  name: 'meanSquaredErrorGradient',
  residence: 'computed',
  loss: true,
  infer: ([outputs]) => outputs,
  dispatch: (node) =>
    rowGradientDispatch(node, 4, [
      use(wgsl.lossNoBegin),
      use(wgsl.lossMeanSquaredErrorGradient),
      targetPart(node.inputs[1]),
    ]),
};

export const squaredErrorGradientReference: Reference = ({ spec: { shape } }, [x, t, dy]) => {
  const columns = shape[1];
  const data = new Float64Array(x.data.length);
  const error = x.data.map((value, i) => {
    const row = Math.floor(i / columns);
    const d = value - t.data[i];
    const off = x.error[i] + t.error[i] + ULP * Math.abs(d);
    const weight = (2 / columns) * dy.data[row];
    const weightOff = (2 / columns) * dy.error[row] + (DIVISION + ULP) * Math.abs(weight);
    data[i] = weight * d;
    return (
      off * (Math.abs(weight) + weightOff) +
      Math.abs(d) * weightOff +
      ULP * Math.abs(data[i]) +
      TINY +
      overflow(Math.abs(d) + off)
    );
  });
  return { data, error };
};
