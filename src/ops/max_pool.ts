import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref, type Storing } from '../graph/op.ts';
import { scratch } from '../graph/scratch.ts';
import { same, storageOf } from '../graph/tensor.ts';
import { isSpread, pixelwise, spread } from './pixelwise.ts';
import { rowwiseDispatch } from './rowwise.ts';
import {
  imagesLike,
  imagesOf,
  type Size2d,
  type WindowAttributes,
  type WindowOptions,
  type WindowShape,
  windowPart,
  windowShape,
  windowsOver,
} from './window.ts';

export interface MaxPoolAttributes extends WindowAttributes {
  /** Where the kernel keeps which tap of each window is the maximum, once a gradient needs it. */
  readonly kept: { taps?: Node };
}

const tapsPerWindow = ({ kernel: [y, x] }: WindowAttributes): number => y * x;

function forward(node: Node<MaxPoolAttributes>): Storing {
  const { taps } = node.attributes.kept;
  const keep: Part<Ref> = taps
    ? use(wgsl.poolKeepTap, { bindings: { poolTaps: ref(taps) } })
    : use(wgsl.poolNoTap);
  return pixelwise(node, tapsPerWindow(node.attributes), [
    use(wgsl.poolMax, { bindings: { poolInput: ref(node.inputs[0]) } }),
    windowPart(node.attributes),
    keep,
  ]);
}

const maxPoolOp: Op<MaxPoolAttributes> = {
  name: 'maxPool',
  residence: 'computed',
  infer: ([x], { windows }) => imagesLike(x, windows),
  gradient: (node, dy) => {
    const { attributes, spec, graph, inputs, name } = node;
    const { rows, columns } = storageOf(spec);
    // The kernel keeps what it found: a quarter of x for windows of 2×2. Searching the windows around each pixel again was
    // 2.6 times slower on SwiftShader for 2×2, 7 times for 3×3 with stride 2 and 9 times with stride 1.
    attributes.kept.taps ??= scratch(`${name} taps`, [rows, columns]);
    // It needs the node itself, whose kernel writes the taps.
    return [
      graph.add(maxPoolGradientOp, [dy, inputs[0], node as Node], attributes, 'max pool gradient'),
    ];
  },
  storing: forward,
  dispatch: rowwiseDispatch,
};

function backward({ attributes, inputs: [dy, , y], ...node }: Node<MaxPoolAttributes>): Storing {
  const bindings = { poolSlope: ref(dy), poolTaken: ref(attributes.kept.taps ?? y) };
  const windows = windowPart(attributes);
  return isSpread(attributes)
    ? spread(node, attributes, [use(wgsl.poolMaxSlope, { bindings }), windows])
    : pixelwise(node, 1, [use(wgsl.poolMaxGradient, { bindings }), windows]);
}

/** dL/dx from dL/dy, and the taps that the forward pass kept of x. */
const maxPoolGradientOp: Op<MaxPoolAttributes> = {
  name: 'maxPoolGradient',
  residence: 'computed',
  infer: ([dy, x, y]) => {
    same('the gradient and the output of a max pool', dy, y);
    return x;
  },
  storing: backward,
  dispatch: rowwiseDispatch,
};

/** Options of a max pool, with torch.nn's defaults. */
export interface MaxPoolOptions extends WindowOptions {
  /** From one pixel of a window to the next. Default 1. */
  readonly dilation?: Size2d;
}

/** @throws OptionError if an option is unknown or out of range */
export const maxShape = (what: string, kernel: unknown, options: MaxPoolOptions): WindowShape =>
  windowShape(what, kernel, options, ['dilation']);

/** As {@link maxPool2d}, of windows that are checked. */
export function maxPool(x: Node, shape: WindowShape): Node {
  const graph = graphOf('maxPool2d()', x);
  const image = imagesOf('the input of maxPool2d()', x.spec);
  const attributes = { ...windowsOver('maxPool2d()', image, shape), kept: {} };
  return graph.add(maxPoolOp, [x], attributes, 'max pool');
}

/**
 * The maximum of each window over the pixels of x[N,H,W,C], for each channel, as torch.nn.functional.max_pool2d. Of equal
 * numbers the first one, row by row, gets the gradient; a NaN counts as the largest.
 *
 * @param x with a row for each pixel: `matrixView(x, 3)`
 * @param kernel the size of a window
 * @throws OptionError if an option is unknown or out of range; ShapeError unless x is such images, with room for a window
 */
export const maxPool2d = (x: Node, kernel: Size2d, options: MaxPoolOptions = {}): Node =>
  maxPool(x, maxShape('maxPool2d()', kernel, options));
