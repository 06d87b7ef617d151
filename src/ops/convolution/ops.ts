import { ShapeError } from '../../errors.ts';
import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../../graph/graph.ts';
import { type Factor, type Factors, type Op, ref, type Storing } from '../../graph/op.ts';
import { asMatrix, describe, spec, type TensorSpec } from '../../graph/tensor.ts';
import { factorsDispatch } from '../gemm/dispatch.ts';
import { rowwiseDispatch } from '../rowwise.ts';
import { byLastDimension, reshape } from '../view.ts';
import { type Geometry, imageSizes } from './geometry.ts';
import { grouped, groupedWeightsDispatch } from './grouped.ts';
import { patches, transposedTaps, type Way } from './parts.ts';

/** Pixels [batch, …grid, channels], a row for each. */
const pixelSpec = (batch: number, [down, across]: readonly number[], channels: number) =>
  spec([batch, down, across, channels], 'f32', 3);

/** Sizes of the weight [taps · inputs / groups, outputs]. @throws ShapeError if the channels do not fit */
function weightSizes(
  weight: TensorSpec,
  { kernel, groups }: Geometry,
): { readonly inputs: number; readonly outputs: number } {
  const [rows, outputs] = asMatrix('the weight of a convolution', weight);
  const each = rows / (kernel[0] * kernel[1]);
  if (Number.isInteger(each) && outputs % groups === 0) return { inputs: each * groups, outputs };
  throw new ShapeError(
    `the weight of a convolution is ${describe(weight)}; with a kernel of ${kernel.join('×')} in ${groups} groups it must be [${kernel[0] * kernel[1]} · inputs / ${groups}, outputs], and both numbers of channels multiples of ${groups}`,
  );
}

function mustBe(what: string, given: number, wanted: number): void {
  if (given === wanted) return;
  throw new ShapeError(`${what} has ${given} channels; its weight is for ${wanted}`);
}

/** How many terms each element of a product sums. */
const termsOf = ({ kernel }: Geometry, channels: number): number =>
  kernel[0] * kernel[1] * channels;

/** The least number of pixels for which a second dispatch is worth it. */
const MANY = 1024;

/** How a weight's gradient over so many pixels is divided: into a quarter as many sums as each then has terms. */
function sharesOf(pixels: number): Partial<Factors> {
  if (pixels < MANY) return {};
  const layers = Math.round(Math.sqrt(pixels) / 2);
  const constants = { PART4: Math.ceil(pixels / 4 / layers) };
  return { shares: { layers, part: use(wgsl.gemmParts, { constants }) } };
}

const rowsB = (b: Node): Factor => ({
  parts: [use(wgsl.loadBRows, { bindings: { b: ref(b) } })],
  alongK: false,
});

const patchFactors = ({ inputs: [x, weight], attributes, spec }: Node<Geometry>): Factors => {
  const [batch, down, across, outputs] = spec.shape;
  return {
    m: batch * down * across,
    n: outputs,
    k: termsOf(attributes, x.spec.shape[3]),
    a: patches(x, attributes, 'forward', 'rows'),
    b: rowsB(weight),
  };
};

const scatterFactors = ({ inputs: [dy, weight], attributes, spec }: Node<Geometry>): Factors => {
  const [batch, down, across, inputs] = spec.shape;
  return {
    m: batch * down * across,
    n: inputs,
    k: termsOf(attributes, dy.spec.shape[3]),
    a: patches(dy, attributes, 'gradient', 'rows'),
    b: transposedTaps(weight, inputs),
  };
};

const weightFactors = ({ inputs: [x, dy], attributes }: Node<Geometry>): Factors => {
  const [batch, down, across, outputs] = dy.spec.shape;
  return {
    m: termsOf(attributes, x.spec.shape[3]),
    n: outputs,
    k: batch * down * across,
    a: patches(x, attributes, 'forward', 'columns'),
    b: rowsB(dy),
    ...sharesOf(batch * down * across),
  };
};

/** An op that is a product unless there are groups. */
const unlessGrouped =
  (factors: (node: Node<Geometry>) => Factors) =>
  (node: Node<Geometry>): Factors | undefined =>
    node.attributes.groups === 1 ? factors(node) : undefined;

/** The kernel of an op that is no product. */
const ifGrouped =
  (way: Way) =>
  (node: Node<Geometry>): Storing | undefined =>
    node.attributes.groups === 1 ? undefined : grouped(node, way);

const convolveOp: Op<Geometry> = {
  name: 'convolve',
  residence: 'computed',
  infer: ([x, weight], geometry) => {
    const { batch, channels } = imageSizes('the input of a convolution', x, geometry.image);
    const { inputs, outputs } = weightSizes(weight, geometry);
    mustBe('the input of a convolution', channels, inputs);
    return pixelSpec(batch, geometry.windows, outputs);
  },
  gradient: ({ inputs: [x, weight], attributes }, dy, [wantX, wantWeight]) => [
    wantX ? like(x, convolveTransposed(dy, weight, attributes)) : null,
    wantWeight ? convolveWeights(x, dy, attributes) : null,
  ],
  factors: unlessGrouped(patchFactors),
  storing: ifGrouped('forward'),
  dispatch: (node, choice) =>
    node.attributes.groups === 1
      ? factorsDispatch(node, patchFactors(node), choice)
      : rowwiseDispatch(node),
};

const convolveTransposedOp: Op<Geometry> = {
  name: 'convolveTransposed',
  residence: 'computed',
  infer: ([y, weight], geometry) => {
    const what = 'the input of a transposed convolution';
    const { batch, channels } = imageSizes(what, y, geometry.windows);
    const { inputs, outputs } = weightSizes(weight, geometry);
    mustBe(what, channels, outputs);
    return pixelSpec(batch, geometry.image, inputs);
  },
  gradient: ({ inputs: [y, weight], attributes }, dx, [wantY, wantWeight]) => [
    wantY ? like(y, convolve(dx, weight, attributes)) : null,
    wantWeight ? convolveWeights(dx, y, attributes) : null,
  ],
  factors: unlessGrouped(scatterFactors),
  storing: ifGrouped('gradient'),
  dispatch: (node, choice) =>
    node.attributes.groups === 1
      ? factorsDispatch(node, scatterFactors(node), choice)
      : rowwiseDispatch(node),
};

const convolveWeightsOp: Op<Geometry> = {
  name: 'convolveWeights',
  residence: 'computed',
  infer: ([x, dy], geometry) => {
    const { batch, channels } = imageSizes('the input of a convolution', x, geometry.image);
    const slope = imageSizes('the gradient of a convolution', dy, geometry.windows);
    if (slope.batch !== batch || channels % geometry.groups !== 0) {
      throw new ShapeError(
        `the input and the gradient of a convolution are ${describe(x)} and ${describe(dy)}; they must have as many samples`,
      );
    }
    return spec([termsOf(geometry, channels / geometry.groups), slope.channels]);
  },
  factors: unlessGrouped(weightFactors),
  onesBelow: ({ inputs: [x], attributes }) =>
    attributes.groups === 1 ? patches(x, attributes, 'forward', 'columns and ones') : undefined,
  dispatch: (node, choice) =>
    node.attributes.groups === 1
      ? factorsDispatch(node, weightFactors(node), choice)
      : groupedWeightsDispatch(node),
};

/** A gradient with the rows of its tensor. */
const like = ({ spec: { shape, rowDims } }: Node, gradient: Node): Node =>
  reshape(gradient, shape, rowDims);

/**
 * The convolution of x[N, image, inputs]: y[N, windows, outputs], with the weight [taps · inputs / groups, outputs].
 * y[n, p, q, o] = Σ over taps (i, j) and inputs c of x[n, p · stride + i · dilation − padding, …, c] · weight[(i, j, c), o].
 */
export function convolve(x: Node, weight: Node, geometry: Geometry): Node {
  return graphOf('convolve()', x).add(convolveOp, [x, weight], geometry, 'convolution');
}

/** The gradient of {@link convolve} by its input, of y[N, windows, outputs]: [N, image, inputs]. */
export function convolveTransposed(y: Node, weight: Node, geometry: Geometry): Node {
  return graphOf('convolveTransposed()', y).add(
    convolveTransposedOp,
    [pixelRows(y), weight],
    geometry,
    'transposed convolution',
  );
}

/** The gradient of {@link convolve} by its weight, from its input and the gradient of its output. */
export function convolveWeights(x: Node, dy: Node, geometry: Geometry): Node {
  return graphOf('convolveWeights()', x).add(
    convolveWeightsOp,
    [x, pixelRows(dy)],
    geometry,
    'weight of a convolution',
  );
}

/** As a factor B and an image alike, a gradient has a row for each pixel. */
const pixelRows = (y: Node): Node => byLastDimension(y);
