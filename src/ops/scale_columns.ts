import { ShapeError } from '../errors.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { asMatrix, describe, same, spec } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { elementDispatch, elementParts } from './map.ts';
import { overRows } from './over-rows.ts';
import { overflow, TINY, ULP } from './rounding.ts';

const scaleColumnsOp: Op<object> = {
  name: 'scaleColumns',
  residence: 'computed',
  infer: ([x, weight]) => {
    const [, width] = asMatrix('the input of scaleColumns', x);
    if (`${weight.shape}` !== `${width}` || weight.dtype !== 'f32') {
      throw new ShapeError(
        `scaleColumns of ${describe(x)} and ${describe(weight)}; the weight must be [${width}] f32`,
      );
    }
    return x;
  },
  gradient: ({ inputs: [x, weight] }, dy, [wantX, wantWeight]) => [
    wantX ? scaleColumns(dy, weight) : null,
    wantWeight ? columnProducts(dy, x) : null,
  ],
  element: ({ inputs: [, weight] }) =>
    elementParts(use(wgsl.elementScaleColumns, { bindings: { weight: ref(weight) } })),
  dispatch: (node) => elementDispatch(node),
};

/** |x w| times the relative errors: that of each factor, and the product's rounding. */
export const scaleColumnsReference: Reference = ({ inputs }, [x, weight]) => {
  const [columns] = inputs[1].spec.shape;
  const data = x.data.map((value, i) => value * weight.data[i % columns]);
  const error = data.map((value, i) => {
    const [w, ew] = [Math.abs(weight.data[i % columns]), weight.error[i % columns]];
    return x.error[i] * (w + ew) + Math.abs(x.data[i]) * ew + ULP * Math.abs(value) + TINY;
  });
  return { data, error };
};

/** x[r,c] · weight[c]: scales each column. */
export function scaleColumns(x: Node, weight: Node): Node {
  return graphOf('scaleColumns()', x).add(scaleColumnsOp, [x, weight], {});
}

const columnProductsOp: Op<object> = {
  name: 'columnProducts',
  residence: 'computed',
  infer: ([x, y]) => {
    same('the factors of columnProducts', x, y);
    return spec([asMatrix('a factor of columnProducts', x)[1]]);
  },
  dispatch: (node) =>
    overRows(node, (constants, x, sums) =>
      use(wgsl.reduceColumnProducts, {
        constants,
        bindings: { x, y: ref(node.inputs[1]), sums },
      }),
    ),
};

/** A sum of R rounded products, each addition rounded: (R + 1) ULP · Σ|xy|, as for a product of matrices. */
export const columnProductsReference: Reference = ({ spec: { shape } }, [x, y]) => {
  const [columns] = shape;
  const rows = x.data.length / columns;
  const data = new Float64Array(columns);
  const error = new Float64Array(columns);
  const size = new Float64Array(columns);
  x.data.forEach((value, i) => {
    const c = i % columns;
    const product = Math.abs(value * y.data[i]);
    data[c] += value * y.data[i];
    size[c] += product;
    error[c] += x.error[i] * (Math.abs(y.data[i]) + y.error[i]) + Math.abs(value) * y.error[i];
    error[c] += (rows + 1) * ULP * product + TINY;
  });
  return { data, error: error.map((bound, c) => bound + overflow(size[c])) };
};

/** Σ_r x[r,c] · y[r,c]: [c]. */
export function columnProducts(x: Node, y: Node): Node {
  return graphOf('columnProducts()', x).add(columnProductsOp, [x, y], {});
}
