import type { Node } from '../../graph/graph.ts';
import { type AveragePoolAttributes, edgesOf } from '../../ops/average_pool.ts';
import type { MaxPoolAttributes } from '../../ops/max_pool.ts';
import type { Pair, WindowAttributes } from '../../ops/window.ts';
import type { Context } from './context.ts';
import { along } from './convolutions.ts';
import type { Form } from './value.ts';

const AXES = [0, 1] as const;

/** Sequences are pooled as such, all else as images. */
const formOf = (node: Node, context: Context): Form =>
  context.value(node).form === 'line' ? 'line' : 'channels';

/** How far the last window reaches beyond the padding behind the image. */
function overhangs(w: WindowAttributes): Pair {
  const of = (axis: 0 | 1): number => {
    const reach =
      (w.windows[axis] - 1) * w.stride[axis] + w.dilation[axis] * (w.kernel[axis] - 1) + 1;
    return Math.max(0, reach - w.image[axis] - 2 * w.padding[axis]);
  };
  return [of(0), of(1)];
}

/** The padding behind the image is as long as the last window needs, so that no rounding up is asked of a runtime. */
function attributesOf(w: WindowAttributes, form: Form) {
  const over = overhangs(w);
  const behind: Pair = [w.padding[0] + over[0], w.padding[1] + over[1]];
  return {
    kernel_shape: along(w.kernel, form),
    strides: along(w.stride, form),
    pads: [...along(w.padding, form), ...along(behind, form)],
  };
}

export function exportMaxPool(node: Node<MaxPoolAttributes>, context: Context): void {
  const { inputs, attributes } = node;
  const form = formOf(inputs[0], context);
  const pooled = context.writer.add('MaxPool', [context.of(inputs[0], form)], {
    ...attributesOf(attributes, form),
    dilations: along(attributes.dilation, form),
  });
  context.set(node as Node, pooled, form);
}

/** Of each window along an axis, its size over the places that count. */
function corrections(w: AveragePoolAttributes, axis: 0 | 1): number[] {
  const [from, to] = edgesOf(w, axis);
  return Array.from({ length: w.windows[axis] }, (_, window) => {
    const begin = window * w.stride[axis];
    const counted = Math.min(begin + w.kernel[axis], to) - Math.max(begin, from);
    return w.kernel[axis] / counted;
  });
}

export function exportAveragePool(node: Node<AveragePoolAttributes>, context: Context): void {
  const { inputs, attributes } = node;
  const form = formOf(inputs[0], context);
  const { writer } = context;
  const x = context.of(inputs[0], form);
  const { image, kernel, padding, countsPadding } = attributes;
  if (`${image}` === `${kernel}` && padding[0] + padding[1] === 0) {
    context.set(node as Node, writer.add('GlobalAveragePool', [x]), form);
    return;
  }
  const mean = writer.add('AveragePool', [x], {
    ...attributesOf(attributes, form),
    count_include_pad: Number(countsPadding),
  });
  if (!countsPadding || AXES.every((axis) => overhangs(attributes)[axis] === 0)) {
    context.set(node as Node, mean, form);
    return;
  }
  // As in PyTorch, what lies beyond the padding is not counted, which ONNX only says from opset 19 on.
  const [down, across] = [corrections(attributes, 0), corrections(attributes, 1)];
  const factors = down.flatMap((y) => across.map((x) => x * y));
  const shape = form === 'line' ? [across.length] : [down.length, across.length];
  context.set(node as Node, writer.add('Mul', [mean, writer.floats(factors, shape)]), form);
}
