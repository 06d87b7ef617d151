import { ShapeError } from '../errors.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { asMatrix, describe, spec, storageOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { elementDispatch, elementParts } from './map.ts';
import { overflow, ULP } from './rounding.ts';

export const addBiasOp: Op<object> = {
  name: 'addBias',
  residence: 'computed',
  infer: ([x, bias]) => {
    const [, columns] = asMatrix('the input of addBias', x);
    if (bias.shape.length !== 1 || bias.shape[0] !== columns || bias.dtype !== 'f32') {
      throw new ShapeError(
        `addBias of ${describe(x)} and ${describe(bias)}; the bias must be [${columns}] f32`,
      );
    }
    return x;
  },
  gradient: (_, dy, [wantX, wantBias]) => [wantX ? dy : null, wantBias ? columnSums(dy) : null],
  element: ({ inputs: [, bias] }) =>
    elementParts(use(wgsl.elementAddBias, { bindings: { bias: ref(bias) } })),
  dispatch: (node) => elementDispatch(node),
};

export const addBiasReference: Reference = (node, [x, bias]) => {
  const [columns] = node.inputs[1].spec.shape;
  const data = x.data.map((value, i) => value + bias.data[i % columns]);
  const error = data.map(
    (value, i) => x.error[i] + bias.error[i % columns] + ULP * Math.abs(value),
  );
  return { data, error };
};

/** x[r,c] + bias[c]: adds the bias to each row. */
export function addBias(x: Node, bias: Node): Node {
  return graphOf('addBias()', x).add(addBiasOp, [x, bias], {});
}

export const columnSumsOp: Op<object> = {
  name: 'columnSums',
  residence: 'computed',
  infer: ([x]) => spec([asMatrix('the input of columnSums', x)[1]]),
  dispatch: (node) => {
    const { paddedRows, columns4 } = storageOf(node.inputs[0].spec);
    return {
      label: node.name,
      parts: [
        use(wgsl.reduceColumnSums, {
          constants: { ROW_COUNT: paddedRows, COLUMN4_COUNT: columns4 },
          bindings: { x: ref(node.inputs[0]), sums: ref(node) },
        }),
      ],
      grid: [Math.ceil(columns4 / 64), 1, 1],
      flop: 4 * paddedRows * columns4,
    };
  },
};

export const columnSumsReference: Reference = (node, [x]) => {
  const columns = node.spec.shape[0];
  const rows = x.data.length / columns;
  const data = new Float64Array(columns);
  const error = new Float64Array(columns);
  const size = new Float64Array(columns);
  x.data.forEach((value, i) => {
    data[i % columns] += value;
    size[i % columns] += Math.abs(value);
    error[i % columns] += x.error[i] + rows * ULP * Math.abs(value);
  });
  return { data, error: error.map((bound, i) => bound + overflow(size[i])) };
};

/** The sum of the rows of x[r,c]: [c]. */
export function columnSums(x: Node): Node {
  return graphOf('columnSums()', x).add(columnSumsOp, [x], {});
}
