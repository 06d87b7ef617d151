import { ShapeError } from '../errors.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { describe } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { samplesNamed } from './features.ts';
import { TINY, ULP } from './rounding.ts';

/** The program's buffer of the samples' weights. */
export const SAMPLE_WEIGHTS = 'sampleWeights';

export const weighOp: Op<object> = {
  name: 'weigh',
  residence: 'computed',
  infer: ([x]) => {
    if (x.shape.length === 1 && x.dtype === 'f32') return x;
    throw new ShapeError(`the input of weigh is ${describe(x)}; it must be a vector of f32`);
  },
  // Linear, and rows are independent.
  gradient: (_, dy) => [weigh(dy)],
  dispatch: (node) => {
    const [batch] = node.spec.shape;
    return {
      label: node.name,
      parts: [
        use(wgsl.lossWeigh, { bindings: { x: ref(node.inputs[0]), weighed: ref(node) } }),
        use(wgsl.stepBatch, { constants: { BATCH: batch } }),
      ],
      grid: [Math.ceil(batch / 64), 1, 1],
      flop: batch,
    };
  },
};

export const weighReference: Reference = (_, [x], world) => {
  const weights = samplesNamed(SAMPLE_WEIGHTS, 1, world);
  const at = (row: number): number => weights.data[world.indices[row]];
  const data = x.data.map((value, row) => value * at(row));
  const error = data.map((value, row) => {
    const off = weights.error[world.indices[row]];
    const size = Math.abs(x.data[row]) + x.error[row];
    return x.error[row] * Math.abs(at(row)) + off * size + ULP * Math.abs(value) + TINY;
  });
  return { data, error };
};

/** x[batch] times the weight of each row's sample. */
export function weigh(x: Node): Node {
  return x.graph.add(weighOp, [x], {});
}
