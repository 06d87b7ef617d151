import { OptionError, ShapeError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import { addBias } from '../../ops/bias.ts';
import { type Geometry, imageOf, windowsOf } from '../../ops/convolution/geometry.ts';
import { convolve, convolveTransposed } from '../../ops/convolution/ops.ts';
import { addRowBias } from '../../ops/over-rows.ts';
import { reshape } from '../../ops/view.ts';
import type { Pair, Size2d } from '../../ops/window.ts';
import {
  both,
  type ConvolutionOptions,
  single,
  type Told,
  type TransposedOptions,
  told,
} from './convolution-options.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf } from './layer.ts';
import type { ParameterSpec, StoredLayout } from './parameters.ts';

/** The weight [out, in, …kernel] as rows for taps and inputs: [kernel · in, out]. */
function tapRows([out, inputs, ...kernel]: readonly number[]): StoredLayout {
  const taps = kernel.reduce((product, size) => product * size, 1);
  return {
    shape: [taps * inputs, out],
    placeOf: (element) => {
      const [tap, channel] = [element % taps, Math.floor(element / taps)];
      return (tap * inputs + (channel % inputs)) * out + Math.floor(channel / inputs);
    },
  };
}

/** Parameters with PyTorch's initial distribution: uniform in ±1/√(what each output sums). */
function parametersOf({ bias, outputs }: Told, shape: readonly number[]): readonly ParameterSpec[] {
  const bound = 1 / Math.sqrt(shape.slice(1).reduce((product, size) => product * size, 1));
  const weight: ParameterSpec = { name: 'weight', shape, bound, stored: tapRows(shape) };
  return bias ? [weight, { name: 'bias', shape: [outputs], bound }] : [weight];
}

/** Height and width of a sample. @throws ShapeError unless it has the channels */
function sizeOfImage({ what, inputs }: Told, input: readonly number[], dimensions: 1 | 2): Pair {
  const [channels, ...sizes] = [...input].reverse();
  if (channels === inputs && sizes.length === dimensions) {
    return dimensions === 1 ? [1, sizes[0]] : [sizes[1], sizes[0]];
  }
  if (inputs === 1 && input.length === dimensions) {
    return dimensions === 1 ? [1, input[0]] : [input[0], input[1]];
  }
  const names = dimensions === 1 ? 'length' : 'height, width';
  throw new ShapeError(
    `${what}(${inputs}, …) got samples of shape [${input.join(', ')}]; it takes [${names}, ${inputs}]. ${input[0] === inputs && dimensions === 2 && input.length === 3 ? 'Channels come last' : 'Put unflatten() before it, or correct its input channels'}`,
  );
}

/** x[N, …] as [N, height, width, channels]. */
function asImage(x: Node, [height, width]: Pair, channels: number): Node {
  const { shape, rowDims = 1 } = x.spec;
  const to = [shape[0], height, width, channels];
  return reshape(x, to, rowDims > 1 && shape.at(-1) === channels ? 3 : 1);
}

/** With the bias, whose gradient is a row of the weight's, if that is a product and lies as the weight does. */
const added = (y: Node, { bias }: Readonly<Record<string, Node>>, isProduct: boolean): Node => {
  if (!bias) return y;
  return isProduct ? addBias(y, bias) : addRowBias(y, bias);
};

/** In the order of the forms below; a geometry has a kernel, a stride, a padding, a dilation and groups. */
const valuesOf = ({ inputs, outputs, geometry, bias }: Told): readonly unknown[] => [
  inputs,
  outputs,
  ...Object.values(geometry),
  bias,
];

function convolution(given: Told, dimensions: 1 | 2): Layer {
  const { inputs, outputs, geometry, kind } = given;
  const { kernel, groups } = geometry;
  const whole = (input: readonly number[]): Geometry => {
    const image = sizeOfImage(given, input, dimensions);
    return { ...geometry, image, windows: windowsOf(image, geometry) };
  };
  const outer = kernel.slice(2 - dimensions);
  return layerOf(
    [kind, ...valuesOf(given)],
    (x, own) => {
      const of = whole(x.spec.shape.slice(1));
      const y = added(convolve(asImage(x, of.image, inputs), own.weight, of), own, groups === 1);
      return dimensions === 2 ? y : reshape(y, [x.spec.shape[0], of.windows[1], outputs], 2);
    },
    (input) => [...whole(input).windows.slice(2 - dimensions), outputs],
    parametersOf(given, [outputs, inputs / groups, ...outer]),
  );
}

function transposedConvolution(given: Told, more: Pair, dimensions: 1 | 2): Layer {
  const { inputs, outputs, geometry, kind, what } = given;
  const { kernel, groups, stride } = geometry;
  if (more.some((pixels, axis) => pixels >= Math.max(stride[axis], geometry.dilation[axis]))) {
    throw new OptionError(
      `${what}: outputPadding ${more.join(', ')} was given; it must be less than the stride or the dilation`,
    );
  }
  const whole = (input: readonly number[]): Geometry => {
    const windows = sizeOfImage(given, input, dimensions);
    return { ...geometry, windows, image: imageOf(windows, geometry, more) };
  };
  const outer = kernel.slice(2 - dimensions);
  return layerOf(
    [
      more.some((pixels) => pixels > 0)
        ? `${kind}, outputPadding ${more.slice(2 - dimensions).join('×')}`
        : kind,
      ...valuesOf(given),
      more,
    ],
    (x, own) => {
      const of = whole(x.spec.shape.slice(1));
      const y = added(
        convolveTransposed(asImage(x, of.windows, inputs), own.weight, of),
        own,
        false,
      );
      return dimensions === 2 ? y : reshape(y, [x.spec.shape[0], of.image[1], outputs], 2);
    },
    (input) => [...whole(input).image.slice(2 - dimensions), outputs],
    parametersOf(given, [inputs, outputs / groups, ...outer]),
  );
}

/**
 * A convolution of images [height, width, inputs], as torch.nn.Conv2d: y[p, q, o] = b[o] + Σ over i, j and c of
 * x[p · stride + i · dilation − padding, …, c] · W[o, c, i, j], with zeros outside. The output is
 * [⌊(height + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1, …, outputs]. Weight [outputs, inputs / groups, y, x]
 * and bias [outputs] are initialised uniformly in ±1/√(inputs / groups · taps). Samples [height, width] have one channel.
 *
 * @param kernelSize taps of the kernel, or [y, x]
 * @throws OptionError if an argument is not an integer in its range, or an option is unknown
 */
export const conv2d = (
  inputs: number,
  outputs: number,
  kernelSize: Size2d,
  options: ConvolutionOptions = {},
): Layer => convolution(told('conv2d', inputs, outputs, kernelSize, options, 2), 2);

/**
 * A convolution of sequences [length, inputs], as torch.nn.Conv1d; see {@link conv2d}. Weight [outputs, inputs / groups, taps].
 *
 * @throws OptionError if an argument is not an integer in its range, or an option is unknown
 */
export const conv1d = (
  inputs: number,
  outputs: number,
  kernelSize: number,
  options: ConvolutionOptions<number> = {},
): Layer => convolution(told('conv1d', inputs, outputs, kernelSize, options, 1), 1);

/**
 * The transpose of a convolution, as torch.nn.ConvTranspose2d: each input pixel adds its kernel to the output, whose size is
 * (height − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1. Weight [inputs, outputs / groups, y, x] and bias
 * [outputs] are initialised uniformly in ±1/√(outputs / groups · taps).
 *
 * @throws OptionError if an argument is not an integer in its range, or an option is unknown
 */
export const convTranspose2d = (
  inputs: number,
  outputs: number,
  kernelSize: Size2d,
  options: TransposedOptions = {},
): Layer => {
  const given = told('convTranspose2d', inputs, outputs, kernelSize, options, 2, ['outputPadding']);
  const more = both('convTranspose2d: outputPadding', options.outputPadding ?? 0, 0);
  return transposedConvolution(given, more, 2);
};

/**
 * The transpose of a convolution of sequences, as torch.nn.ConvTranspose1d; see {@link convTranspose2d}.
 *
 * @throws OptionError if an argument is not an integer in its range, or an option is unknown
 */
export const convTranspose1d = (
  inputs: number,
  outputs: number,
  kernelSize: number,
  options: TransposedOptions<number> = {},
): Layer => {
  const given = told('convTranspose1d', inputs, outputs, kernelSize, options, 1, ['outputPadding']);
  const more = single(0)('convTranspose1d: outputPadding', options.outputPadding ?? 0, 0);
  return transposedConvolution(given, more, 1);
};

const TAKES = ['inputs', 'outputs', 'kernelSize'];
const OPTIONS = ['stride', 'padding', 'dilation', 'groups', 'bias'];
const TRANSPOSED = ['stride', 'padding', 'dilation', 'groups', 'bias', 'outputPadding'];

/** In files of models. */
export const convolutionForms = {
  conv1d: { make: conv1d, takes: TAKES, options: OPTIONS, single: true },
  conv2d: { make: conv2d, takes: TAKES, options: OPTIONS },
  convTranspose1d: { make: convTranspose1d, takes: TAKES, options: TRANSPOSED, single: true },
  convTranspose2d: { make: convTranspose2d, takes: TAKES, options: TRANSPOSED },
} satisfies Record<string, Form>;
