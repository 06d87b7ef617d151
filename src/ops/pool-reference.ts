import type { Node } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { Reference, Value } from '../graph/value.ts';
import { type AveragePoolAttributes, edgesOf } from './average_pool.ts';
import type { MaxPoolAttributes } from './max_pool.ts';
import { DIVISION, TINY, ULP } from './rounding.ts';
import { tapsOf, type WindowAttributes } from './window.ts';

/** A window of one channel: where its result is, and its pixels in x, row by row. */
interface Window {
  readonly at: number;
  readonly oy: number;
  readonly ox: number;
  readonly pixels: readonly number[];
}

/** All windows of images [N,H,W,C], in order. */
function* windowsOf(w: WindowAttributes, images: number, channels: number): Generator<Window> {
  const [height, width] = w.image;
  let at = 0;
  for (let n = 0; n < images; n++) {
    for (let oy = 0; oy < w.windows[0]; oy++) {
      for (let ox = 0; ox < w.windows[1]; ox++) {
        const places = tapsOf(w, 0, oy).flatMap(({ at: y }) =>
          tapsOf(w, 1, ox).map(({ at: x }) => ((n * height + y) * width + x) * channels),
        );
        for (let c = 0; c < channels; c++) {
          yield { at: at++, oy, ox, pixels: places.map((place) => place + c) };
        }
      }
    }
  }
}

const zeros = ({ spec }: Pick<Node, 'spec'>): Value => {
  const size = sizeOf(spec.shape);
  return { data: new Float64Array(size), error: new Float64Array(size) };
};

/** The first of the largest numbers. A NaN counts as the largest. */
const largestOf = (data: Float64Array, pixels: readonly number[]): number =>
  pixels.reduce((best, pixel) =>
    data[pixel] > data[best] || Number.isNaN(data[pixel]) ? pixel : best,
  );

/** The GPU's maximum is between the largest of the least values and that of the greatest values. */
export const maxPoolReference: Reference<MaxPoolAttributes> = (node, [x]) => {
  const out = zeros(node);
  const [images, , , channels] = node.spec.shape;
  for (const { at, pixels } of windowsOf(node.attributes, images, channels)) {
    const y = x.data[largestOf(x.data, pixels)];
    const most = Math.max(...pixels.map((pixel) => x.data[pixel] + x.error[pixel]));
    const least = Math.max(...pixels.map((pixel) => x.data[pixel] - x.error[pixel]));
    out.data[at] = y;
    out.error[at] = Math.max(most - y, y - least);
  }
  return out;
};

/**
 * Pixels that may be the maximum on the GPU may have the gradient or not, unless all of them are exact: then the first of the
 * largest has it. The sum of `count` windows is off by `count − 1` roundings.
 */
export const maxPoolGradientReference: Reference<MaxPoolAttributes> = (node, [dy, x]) => {
  const out = zeros(node);
  const met = new Float64Array(out.data.length);
  const counts = new Float64Array(out.data.length);
  const [images, , , channels] = node.spec.shape;
  for (const { at, pixels } of windowsOf(node.attributes, images, channels)) {
    const winner = largestOf(x.data, pixels);
    const slope = Math.abs(dy.data[at]) + dy.error[at];
    const least = Math.max(...pixels.map((pixel) => x.data[pixel] - x.error[pixel]));
    const possible = pixels.filter((pixel) => !(x.data[pixel] + x.error[pixel] < least));
    const sure = possible.length === 1 || possible.every((pixel) => x.error[pixel] === 0);
    out.data[winner] += dy.data[at];
    if (sure) out.error[winner] += dy.error[at];
    for (const pixel of sure ? [winner] : possible) {
      if (!sure) out.error[pixel] += slope;
      met[pixel] += slope;
      counts[pixel]++;
    }
  }
  for (let i = 0; i < met.length; i++) {
    if (counts[i] > 1) out.error[i] += (counts[i] - 1) * ULP * met[i] + TINY;
  }
  return out;
};

/** What a window's sum is divided by. */
const countOf = (w: AveragePoolAttributes, { oy, ox }: Window): number =>
  ([0, 1] as const)
    .map((axis) => {
      const [from, to] = edgesOf(w, axis);
      const start = [oy, ox][axis] * w.stride[axis];
      return Math.min(start + w.kernel[axis], to) - Math.max(start, from);
    })
    .reduce((y, x) => y * x);

/** A sum in any order, and its division. */
export const averagePoolReference: Reference<AveragePoolAttributes> = (node, [x]) => {
  const out = zeros(node);
  const [images, , , channels] = node.spec.shape;
  for (const window of windowsOf(node.attributes, images, channels)) {
    const count = countOf(node.attributes, window);
    let [sum, off, met] = [0, 0, 0];
    for (const pixel of window.pixels) {
      sum += x.data[pixel];
      off += x.error[pixel];
      met += Math.abs(x.data[pixel]) + x.error[pixel];
    }
    off += (window.pixels.length - 1) * ULP * met;
    out.data[window.at] = sum / count;
    out.error[window.at] = (off + DIVISION * (Math.abs(sum) + off)) / count + TINY;
  }
  return out;
};

/** The sum of quotients. */
export const averagePoolGradientReference: Reference<AveragePoolAttributes> = (node, [dy]) => {
  const out = zeros(node);
  const met = new Float64Array(out.data.length);
  const counts = new Float64Array(out.data.length);
  const [images, , , channels] = node.spec.shape;
  for (const window of windowsOf(node.attributes, images, channels)) {
    const count = countOf(node.attributes, window);
    const size = (Math.abs(dy.data[window.at]) + dy.error[window.at]) / count;
    for (const pixel of window.pixels) {
      out.data[pixel] += dy.data[window.at] / count;
      out.error[pixel] += dy.error[window.at] / count + DIVISION * size + TINY;
      met[pixel] += size * (1 + DIVISION);
      counts[pixel]++;
    }
  }
  for (let i = 0; i < met.length; i++) {
    if (counts[i] > 1) out.error[i] += (counts[i] - 1) * ULP * met[i] + TINY;
  }
  return out;
};
