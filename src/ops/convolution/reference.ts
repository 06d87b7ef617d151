import type { Node } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Reference, Value } from '../../graph/value.ts';
import { overflow, TINY, ULP } from '../rounding.ts';
import type { Geometry } from './geometry.ts';

/** Calls back with the first indices of an input, and of `count` neighbouring weights and outputs that it is multiplied with. */
function eachRun(
  batch: number,
  { kernel, stride, padding, dilation, groups, image, windows }: Geometry,
  inputs: number,
  outputs: number,
  visit: (x: number, weight: number, y: number, count: number) => void,
): void {
  const [each, own] = [inputs / groups, outputs / groups];
  for (let window = 0; window < batch * windows[0] * windows[1]; window++) {
    const line = Math.floor(window / windows[1]);
    const [q, p, n] = [window % windows[1], line % windows[0], Math.floor(line / windows[0])];
    for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
      const down = p * stride[0] + Math.floor(tap / kernel[1]) * dilation[0] - padding[0];
      const across = q * stride[1] + (tap % kernel[1]) * dilation[1] - padding[1];
      if (down < 0 || down >= image[0] || across < 0 || across >= image[1]) continue;
      const pixel = (n * image[0] + down) * image[1] + across;
      for (let group = 0; group < groups; group++) {
        for (let c = 0; c < each; c++) {
          const weight = (tap * each + c) * outputs + group * own;
          visit(pixel * inputs + group * each + c, weight, window * outputs + group * own, own);
        }
      }
    }
  }
}

/** Adds `count` products a · b, from the first indices on, each moved by its step. */
type Add = (
  to: readonly [first: number, step: number],
  a: readonly [first: number, step: number],
  b: readonly [first: number, step: number],
  count: number,
) => void;

/**
 * Sums of products a · b: at most (terms + 1) ULP · Σ|a||b| in any order (Higham 2002, section 3.1), and the operands' errors.
 */
function sums(size: number, a: Value, b: Value, each: (add: Add) => void): Value {
  const data = new Float64Array(size);
  const error = new Float64Array(size);
  const met = new Float64Array(size);
  const terms = new Float64Array(size);
  each(([to, toStep], [i, iStep], [j, jStep], count) => {
    for (let e = 0; e < count; e++) {
      const at = to + e * toStep;
      const ofA = i + e * iStep;
      const ofB = j + e * jStep;
      const x = a.data[ofA];
      const y = b.data[ofB];
      data[at] += x * y;
      met[at] += Math.abs(x * y);
      terms[at]++;
      error[at] += a.error[ofA] * Math.abs(y) + (Math.abs(x) + a.error[ofA]) * b.error[ofB] + TINY;
    }
  });
  // A kernel adds products with zeros outside the image, too: they are exact.
  const bound = error.map(
    (own, i) => own + (terms[i] + 1) * ULP * (met[i] + own) + overflow(met[i]),
  );
  return { data, error: bound };
}

const sizesOf = (x: Node, y: Node) => ({
  batch: x.spec.shape[0],
  inputs: x.spec.shape[3],
  outputs: y.spec.shape[3],
});

export const convolveReference: Reference<Geometry> = (node, [x, weight]) => {
  const { batch, inputs, outputs } = sizesOf(node.inputs[0], node);
  return sums(sizeOf(node.spec.shape), x, weight, (add) =>
    eachRun(batch, node.attributes, inputs, outputs, (i, w, o, count) =>
      add([o, 1], [i, 0], [w, 1], count),
    ),
  );
};

export const convolveTransposedReference: Reference<Geometry> = (node, [y, weight]) => {
  const { batch, inputs, outputs } = sizesOf(node, node.inputs[0]);
  return sums(sizeOf(node.spec.shape), y, weight, (add) =>
    eachRun(batch, node.attributes, inputs, outputs, (i, w, o, count) =>
      add([i, 0], [o, 1], [w, 1], count),
    ),
  );
};

export const convolveWeightsReference: Reference<Geometry> = (node, [x, dy]) => {
  const { batch, inputs, outputs } = sizesOf(node.inputs[0], node.inputs[1]);
  return sums(sizeOf(node.spec.shape), x, dy, (add) =>
    eachRun(batch, node.attributes, inputs, outputs, (i, w, o, count) =>
      add([w, 1], [i, 0], [o, 1], count),
    ),
  );
};
