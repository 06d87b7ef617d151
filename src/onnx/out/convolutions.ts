import type { Node } from '../../graph/graph.ts';
import type { Geometry } from '../../ops/convolution/geometry.ts';
import type { Pair } from '../../ops/window.ts';
import type { Context } from './context.ts';
import type { Form } from './value.ts';

/** The sizes of both axes, or of a line that of the second alone. */
export const along = (pair: Pair, form: Form): readonly number[] =>
  form === 'line' ? [pair[1]] : pair;

/** The weight in PyTorch's shape. What is no parameter of a layer is brought to it: [y · x · in, out] to [out, in, y, x]. */
function weightOf(node: Node, { kernel }: Geometry, context: Context): [name: string, form: Form] {
  const weight = context.weight(node);
  const taps = kernel[0] * kernel[1];
  const [rows, outputs] = node.spec.shape;
  const each = rows / taps;
  if (weight) {
    const { shape } = weight.spec;
    if (`${shape}` === `${[outputs, each, ...kernel]}`) return [weight.name, 'channels'];
    if (`${shape}` === `${[outputs, each, kernel[1]]}`) return [weight.name, 'line'];
  }
  const { writer } = context;
  const shape = writer.integers([...kernel, each, outputs]);
  const taken = writer.add('Reshape', [context.of(node), shape]);
  return [writer.add('Transpose', [taken], { perm: [3, 2, 0, 1] }), 'channels'];
}

const attributesOf = ({ kernel, stride, padding, dilation, groups }: Geometry, form: Form) => ({
  kernel_shape: along(kernel, form),
  strides: along(stride, form),
  pads: [...along(padding, form), ...along(padding, form)],
  dilations: along(dilation, form),
  group: groups,
});

/** Writes an operator with the bias that alone reads its result. */
function write(
  op: string,
  node: Node<Geometry>,
  more: (form: Form) => Readonly<Record<string, readonly number[]>>,
  context: Context,
): void {
  const [x, weight] = node.inputs;
  const [kernels, form] = weightOf(weight, node.attributes, context);
  const bias = context.follower(node as Node, 'addBias');
  const inputs = [context.of(x, form), kernels, ...(bias ? [context.of(bias.vector)] : [])];
  const attributes = { ...attributesOf(node.attributes, form), ...more(form) };
  context.set(bias?.node ?? (node as Node), context.writer.add(op, inputs, attributes), form);
}

export const exportConvolve = (node: Node<Geometry>, context: Context): void =>
  write('Conv', node, () => ({}), context);

/** Its `windows` are the pixels of its input. What the formula of the size lacks is the output's padding. */
export function exportConvolveTransposed(node: Node<Geometry>, context: Context): void {
  const { image, windows, kernel, stride, padding, dilation } = node.attributes;
  const lacks = (axis: 0 | 1): number =>
    image[axis] -
    ((windows[axis] - 1) * stride[axis] -
      2 * padding[axis] +
      dilation[axis] * (kernel[axis] - 1) +
      1);
  const output: Pair = [lacks(0), lacks(1)];
  write('ConvTranspose', node, (form) => ({ output_padding: along(output, form) }), context);
}
