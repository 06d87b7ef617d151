import type { Node } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Reference, Value } from '../../graph/value.ts';
import { overflow, TINY, ULP } from '../rounding.ts';
import type { Geometry } from './geometry.ts';

/** Calls back for each product of a convolution, with the indices of its input, weight and output. */
function eachProduct(
  batch: number,
  { kernel, stride, padding, dilation, groups, image, windows }: Geometry,
  inputs: number,
  outputs: number,
  visit: (x: number, weight: number, y: number) => void,
): void {
  const [each, own] = [inputs / groups, outputs / groups];
  for (let n = 0; n < batch; n++) {
    for (let p = 0; p < windows[0]; p++) {
      for (let q = 0; q < windows[1]; q++) {
        const window = (n * windows[0] + p) * windows[1] + q;
        for (let i = 0; i < kernel[0]; i++) {
          const down = p * stride[0] + i * dilation[0] - padding[0];
          if (down < 0 || down >= image[0]) continue;
          for (let j = 0; j < kernel[1]; j++) {
            const across = q * stride[1] + j * dilation[1] - padding[1];
            if (across < 0 || across >= image[1]) continue;
            const pixel = (n * image[0] + down) * image[1] + across;
            const tap = i * kernel[1] + j;
            for (let c = 0; c < each; c++) {
              for (let o = 0; o < outputs; o++) {
                const channel = Math.floor(o / own) * each + c;
                visit(
                  pixel * inputs + channel,
                  (tap * each + c) * outputs + o,
                  window * outputs + o,
                );
              }
            }
          }
        }
      }
    }
  }
}

/**
 * Sums of products a · b: at most (terms + 1) ULP · Σ|a||b| in any order (Higham 2002, section 3.1), and the operands' errors.
 */
function sums(
  size: number,
  a: Value,
  b: Value,
  each: (add: (to: number, i: number, j: number) => void) => void,
): Value {
  const data = new Float64Array(size);
  const error = new Float64Array(size);
  const met = new Float64Array(size);
  const terms = new Float64Array(size);
  each((to, i, j) => {
    const [x, ex, y, ey] = [a.data[i], a.error[i], b.data[j], b.error[j]];
    data[to] += x * y;
    met[to] += Math.abs(x * y);
    terms[to]++;
    error[to] += ex * Math.abs(y) + (Math.abs(x) + ex) * ey + TINY;
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
    eachProduct(batch, node.attributes, inputs, outputs, (i, w, o) => add(o, i, w)),
  );
};

export const convolveTransposedReference: Reference<Geometry> = (node, [y, weight]) => {
  const { batch, inputs, outputs } = sizesOf(node, node.inputs[0]);
  return sums(sizeOf(node.spec.shape), y, weight, (add) =>
    eachProduct(batch, node.attributes, inputs, outputs, (i, w, o) => add(i, o, w)),
  );
};

export const convolveWeightsReference: Reference<Geometry> = (node, [x, dy]) => {
  const { batch, inputs, outputs } = sizesOf(node.inputs[0], node.inputs[1]);
  return sums(sizeOf(node.spec.shape), x, dy, (add) =>
    eachProduct(batch, node.attributes, inputs, outputs, (i, w, o) => add(w, i, o)),
  );
};
