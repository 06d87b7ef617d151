import { checkFlag } from '../check.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref, type Storing } from '../graph/op.ts';
import { storageOf } from '../graph/tensor.ts';
import { linearGrid } from './map.ts';
import { isSpread, pixelwise, shapePart, spread, storingOf } from './pixelwise.ts';
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

export interface AveragePoolAttributes extends WindowAttributes {
  /** Whether the divisor counts padding. */
  readonly countsPadding: boolean;
}

/** What a window's sum is divided by: its places between these edges of the padded image. */
export function edgesOf(
  { image, padding, countsPadding }: AveragePoolAttributes,
  axis: 0 | 1,
): readonly [from: number, to: number] {
  const [size, pad] = [image[axis], padding[axis]];
  return countsPadding ? [0, size + 2 * pad] : [pad, size + pad];
}

function parts(attributes: AveragePoolAttributes): readonly Part<Ref>[] {
  const [[fromY, toY], [fromX, toX]] = [edgesOf(attributes, 0), edgesOf(attributes, 1)];
  return [
    windowPart(attributes),
    use(wgsl.poolCount, { constants: { FROM_Y: fromY, FROM_X: fromX, TO_Y: toY, TO_X: toX } }),
  ];
}

/** Whether one window holds all of an image and nothing else. */
const isGlobal = ({ image, kernel, padding }: WindowAttributes): boolean =>
  String(image) === String(kernel) && padding[0] + padding[1] === 0;

function forward(node: Node<AveragePoolAttributes>): Storing {
  const { inputs, attributes, spec, name } = node;
  const [y, x] = attributes.kernel;
  if (!isGlobal(attributes)) {
    return pixelwise(node, y * x, [
      use(wgsl.poolAverage, { bindings: { poolInput: ref(inputs[0]) } }),
      ...parts(attributes),
    ]);
  }
  const { rows, columns, paddedRows, columns4 } = storageOf(spec);
  const { grid } = linearGrid(64 * paddedRows * Math.ceil(columns4 / 8));
  const own: readonly Part<Ref>[] = [
    shapePart(spec),
    use(wgsl.poolGlobalAverage, {
      constants: { PIXELS: y * x, GROUPS_X: grid[0] },
      bindings: { globalInput: ref(inputs[0]) },
    }),
  ];
  return storingOf(name, own, grid, y * x * rows * columns);
}

const averagePoolOp: Op<AveragePoolAttributes> = {
  name: 'averagePool',
  residence: 'computed',
  infer: ([x], { windows }) => imagesLike(x, windows),
  gradient: ({ graph, attributes }, dy) => [
    graph.add(averagePoolGradientOp, [dy], attributes, 'average pool gradient'),
  ],
  storing: forward,
  dispatch: rowwiseDispatch,
};

function backward(node: Node<AveragePoolAttributes>): Storing {
  const { attributes } = node;
  const bindings = { poolSlope: ref(node.inputs[0]) };
  const windows = parts(attributes);
  return isSpread(attributes)
    ? spread(node, attributes, [use(wgsl.poolAverageSlope, { bindings }), ...windows])
    : pixelwise(node, 2, [use(wgsl.poolAverageGradient, { bindings }), ...windows]);
}

/** dL/dx from dL/dy. */
const averagePoolGradientOp: Op<AveragePoolAttributes> = {
  name: 'averagePoolGradient',
  residence: 'computed',
  infer: ([dy], { image }) => imagesLike(dy, image),
  storing: backward,
  dispatch: rowwiseDispatch,
};

/** Options of an average pool, with torch.nn's defaults. */
export interface AvgPoolOptions extends WindowOptions {
  /** Whether a mean divides by the padding of its window too. Default true. */
  readonly countIncludePad?: boolean;
}

/** Windows of averages, with all options. */
export interface AverageShape extends WindowShape {
  readonly countsPadding: boolean;
}

/** @throws OptionError if an option is unknown or out of range */
export function averageShape(what: string, kernel: unknown, options: AvgPoolOptions): AverageShape {
  const shape = windowShape(what, kernel, options, ['countIncludePad']);
  const { countIncludePad = true } = options;
  checkFlag(`${what}: countIncludePad`, countIncludePad);
  return { ...shape, countsPadding: countIncludePad };
}

/** As {@link avgPool2d}, of windows that are checked. */
export function averagePool(x: Node, shape: AverageShape): Node {
  const graph = graphOf('avgPool2d()', x);
  const image = imagesOf('the input of avgPool2d()', x.spec);
  const attributes = averageWindows('avgPool2d()', image, shape);
  return graph.add(averagePoolOp, [x], attributes, 'average pool');
}

/** The windows of an average over images of a size. @throws ShapeError if there is none */
export const averageWindows = (
  what: string,
  image: readonly [number, number],
  { countsPadding, ...shape }: AverageShape,
): AveragePoolAttributes => ({ ...windowsOver(what, image, shape), countsPadding });

/**
 * The mean of each window over the pixels of x[N,H,W,C], for each channel, as torch.nn.functional.avg_pool2d.
 *
 * @param x with a row for each pixel: `matrixView(x, 3)`
 * @param kernel the size of a window
 * @throws OptionError if an option is unknown or out of range; ShapeError unless x is such images, with room for a window
 */
export const avgPool2d = (x: Node, kernel: Size2d, options: AvgPoolOptions = {}): Node =>
  averagePool(x, averageShape('avgPool2d()', kernel, options));
