import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  batchNorm1d,
  batchNorm2d,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  type Layer,
  maxPool1d,
  maxPool2d,
} from '../../nn/layers.ts';
import type { ReadNode } from '../format/read-model.ts';
import { mustBe, numberOf, numbersOf, textOf } from './attributes.ts';
import type { Network } from './network.ts';
import { type Constant, Missing, type Tensor } from './values.ts';

type Sizes = readonly number[];

/** A value with channels first, and how many axes its samples have besides. @throws Missing if it is another one */
function imagesOf(node: ReadNode, network: Network): readonly [x: Tensor, axes: 1 | 2] {
  const x = network.tensor(node, 0);
  if (x.form === 'channels') return [x, 2];
  if (x.form === 'line') return [x, 1];
  throw new Missing(
    `${node.op} of samples [${x.shape.join(', ')}]: it needs images, [channels, height, width], or sequences, [channels, length]`,
  );
}

/** Where windows lie: each list has a number for each axis. */
interface Windows {
  readonly kernel: Sizes;
  readonly stride: Sizes;
  readonly dilation: Sizes;
  readonly before: Sizes;
  readonly after: Sizes;
}

function windowsOf(node: ReadNode, kernel: Sizes, network: Network): Windows {
  const list = (name: string, usual: number): Sizes => {
    const given = numbersOf(node, name) ?? kernel.map(() => usual);
    if (given.length === kernel.length) return given;
    throw new Missing(`${node.op} with ${given.length} ${name}`);
  };
  const stride = list('strides', 1);
  const dilation = list('dilations', 1);
  const auto = textOf(node, 'auto_pad', 'NOTSET');
  const pads = numbersOf(node, 'pads') ?? kernel.flatMap(() => [0, 0]);
  const axes = network.tensor(node, 0).shape.length - 1;
  if (kernel.length !== axes) throw new Missing(`${node.op} with a kernel of [${kernel}]`);
  if (pads.length !== 2 * kernel.length) throw new Missing(`${node.op} with ${pads.length} pads`);
  const own = {
    before: pads.slice(0, kernel.length),
    after: pads.slice(kernel.length),
  };
  if (auto === 'NOTSET') return { kernel, stride, dilation, ...own };
  const zeros = kernel.map(() => 0);
  if (auto === 'VALID') return { kernel, stride, dilation, before: zeros, after: zeros };
  const total = kernel.map((size, axis) => dilation[axis] * (size - 1));
  if (stride.some((one) => one !== 1) || total.some((one) => one % 2 !== 0)) {
    throw new Missing(
      `${node.op} with auto_pad ${auto} and stride ${stride} for a kernel of ${kernel}`,
    );
  }
  const half = total.map((one) => one / 2);
  return { kernel, stride, dilation, before: half, after: half };
}

/** One number, or [y, x]. */
const each = (sizes: Sizes): number & [number, number] =>
  (sizes.length === 1 ? sizes[0] : [...sizes]) as number & [number, number];

function sameOnBothSides(node: ReadNode, { before, after }: Windows): void {
  if (`${before}` === `${after}`) return;
  throw new Missing(`${node.op} with pads ${before} before and ${after} after`);
}

/** Weight, bias and windows of a convolution. */
function convolutionOf(node: ReadNode, axes: number, network: Network) {
  const weight = network.constant(node, 1);
  const bias = network.constant(node, 2);
  if (weight?.shape.length !== axes + 2) {
    throw new Missing(`${node.op} with a weight of [${weight?.shape.join(', ')}]`);
  }
  const windows = windowsOf(
    node,
    numbersOf(node, 'kernel_shape') ?? weight.shape.slice(2),
    network,
  );
  sameOnBothSides(node, windows);
  const { stride, dilation, before } = windows;
  return {
    shape: weight.shape,
    given: bias ? { weight, bias } : { weight },
    kernel: each(windows.kernel),
    options: {
      stride: each(stride),
      padding: each(before),
      dilation: each(dilation),
      groups: numberOf(node, 'group', 1),
      bias: bias !== undefined,
    },
  };
}

export function importConv(node: ReadNode, network: Network): Tensor {
  const [x, axes] = imagesOf(node, network);
  const { shape, given, kernel, options } = convolutionOf(node, axes, network);
  const [outputs, inputs] = [shape[0], shape[1] * options.groups];
  const make = axes === 1 ? conv1d : conv2d;
  return network.apply(x, make(inputs, outputs, kernel, options), node, x.form, given);
}

export function importConvTranspose(node: ReadNode, network: Network): Tensor {
  const [x, axes] = imagesOf(node, network);
  if (node.attributes.has('output_shape')) throw new Missing('ConvTranspose with output_shape');
  const { shape, given, kernel, options } = convolutionOf(node, axes, network);
  const outputPadding = each(numbersOf(node, 'output_padding') ?? Array<number>(axes).fill(0));
  const [inputs, outputs] = [shape[0], shape[1] * options.groups];
  const make = axes === 1 ? convTranspose1d : convTranspose2d;
  const layer = make(inputs, outputs, kernel, { ...options, outputPadding });
  return network.apply(x, layer, node, x.form, given);
}

/** How many windows ONNX has on each axis. */
function countsOf(x: Tensor, w: Windows, ceil: boolean): Sizes {
  const round = ceil ? Math.ceil : Math.floor;
  return x.shape.slice(1).map((size, axis) => {
    const extent = w.dilation[axis] * (w.kernel[axis] - 1) + 1;
    return round((size + w.before[axis] + w.after[axis] - extent) / w.stride[axis]) + 1;
  });
}

/** Windows along an axis times the size of each, at most. */
const MOST_PLACES = 2 ** 20;

/** A pool of windows: with more padding behind the image than before it if that only rounds up. */
function pooled(
  node: ReadNode,
  x: Tensor,
  w: Windows,
  countsPadding: boolean,
  make: (ceilMode: boolean) => Layer,
): Layer {
  const ceil = numberOf(node, 'ceil_mode', 0) === 1;
  // Each place of each window is looked at.
  if (countsOf(x, w, true).some((count, axis) => count * w.kernel[axis] > MOST_PLACES)) {
    throw new Missing(`${node.op} with windows of ${w.kernel} in [${x.shape.join(', ')}]`);
  }
  if (`${w.before}` === `${w.after}`) return make(ceil);
  const wanted = `${countsOf(x, w, ceil)}`;
  const fits = [false, true].find((up) => {
    const { shape } = x.symbol;
    return `${make(up).shape(shape).slice(0, -1)}` === wanted;
  });
  if (countsPadding || fits === undefined) sameOnBothSides(node, w);
  return make(fits ?? false);
}

export function importMaxPool(node: ReadNode, network: Network): Tensor {
  const [x, axes] = imagesOf(node, network);
  if (node.outputs.length > 1) throw new Missing('MaxPool with indices');
  const w = windowsOf(node, numbersOf(node, 'kernel_shape') ?? [], network);
  const of = { stride: each(w.stride), padding: each(w.before), dilation: each(w.dilation) };
  const make = axes === 1 ? maxPool1d : maxPool2d;
  const layer = pooled(node, x, w, false, (ceilMode) => make(each(w.kernel), { ...of, ceilMode }));
  return network.apply(x, layer, node, x.form);
}

export function importAveragePool(node: ReadNode, network: Network): Tensor {
  const [x, axes] = imagesOf(node, network);
  const w = windowsOf(node, numbersOf(node, 'kernel_shape') ?? [], network);
  if (w.dilation.some((one) => one !== 1)) throw new Missing('AveragePool with dilations');
  const countIncludePad = numberOf(node, 'count_include_pad', 0) === 1;
  const of = { stride: each(w.stride), padding: each(w.before), countIncludePad };
  const make = axes === 1 ? avgPool1d : avgPool2d;
  const layer = pooled(node, x, w, countIncludePad, (ceilMode) =>
    make(each(w.kernel), { ...of, ceilMode }),
  );
  return network.apply(x, layer, node, x.form);
}

export function importGlobalAveragePool(node: ReadNode, network: Network): Tensor {
  const [x, axes] = imagesOf(node, network);
  const layer = axes === 1 ? adaptiveAvgPool1d() : adaptiveAvgPool2d();
  return network.apply(x, layer, node, x.form);
}

export function importBatchNormalization(node: ReadNode, network: Network): Tensor {
  const x = network.tensor(node, 0);
  mustBe(node, 'training_mode', 0);
  const [weight, bias, mean, variance] = [1, 2, 3, 4].map((at) => network.constant(node, at));
  if (!weight || !bias || !mean || !variance || (x.form === 'plain' && x.shape.length > 1)) {
    throw new Missing(`BatchNormalization of samples [${x.shape.join(', ')}]`);
  }
  const width = weight.values.length;
  // ONNX's momentum is the share of what was there before.
  const momentum = Number((1 - numberOf(node, 'momentum', 0.9)).toFixed(6));
  const options = { eps: short(numberOf(node, 'epsilon', 1e-5)), momentum };
  const layer = (x.form === 'channels' ? batchNorm2d : batchNorm1d)(width, options);
  const given: Record<string, Constant> = {
    weight,
    bias,
    running_mean: mean,
    running_var: variance,
  };
  return network.apply(x, layer, node, x.form, given, { num_batches_tracked: [0] });
}

/** A number as it was before it was rounded to float32. */
export const short = (x: number): number => Number(x.toPrecision(7));
