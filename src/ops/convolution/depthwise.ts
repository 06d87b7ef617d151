import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Node } from '../../graph/graph.ts';
import { type Dispatch, type Ref, ref, type Storing } from '../../graph/op.ts';
import { storageOf } from '../../graph/tensor.ts';
import { summed } from '../gemm/dispatch.ts';
import { trimFor } from '../map.ts';
import { pixelwise, shapePart } from '../pixelwise.ts';
import { type Geometry, stridesOf } from './geometry.ts';
import { reachPart, type Way } from './parts.ts';

/** Whether each channel is a group by itself, and an image has four channels of a pixel in one load. */
export const isDepthwise = (image: Node, columns: number, { groups }: Geometry): boolean =>
  groups === columns &&
  groups === image.spec.shape[3] &&
  Object.values(stridesOf(image.spec)).every((stride) => stride % 4 === 0);

/** The image's constants, with strides in vec4f. */
function imageConstants({ spec }: Node, { kernel }: Geometry) {
  const { sample, line, pixel } = stridesOf(spec);
  return {
    KERNEL_WIDTH: kernel[1],
    IMAGE_HEIGHT: spec.shape[1],
    IMAGE_WIDTH: spec.shape[2],
    SAMPLE_STRIDE: sample / 4,
    LINE_STRIDE: line / 4,
    PIXEL_STRIDE: pixel / 4,
  };
}

/** A depthwise convolution, or the gradient of its input; see shaders/conv/depthwise.wgsl. */
export function depthwise(node: Node<Geometry>, way: Way): Storing {
  const { inputs, attributes } = node;
  const [image, weight] = inputs;
  const [KERNEL_HEIGHT, KERNEL_WIDTH] = attributes.kernel;
  return pixelwise(node, 2 * KERNEL_HEIGHT * KERNEL_WIDTH, [
    use(wgsl.convDepthwise, {
      constants: { ...imageConstants(image, attributes), KERNEL_HEIGHT },
      bindings: { image: ref(image), weight: ref(weight) },
    }),
    reachPart(attributes, way),
  ]);
}

/** The most parts of a sum, which a second dispatch adds. */
const MOST_PARTS = 128;

/** The gradient of the weight of a depthwise convolution; see shaders/conv/depthwise_weights.wgsl. */
export function depthwiseWeightsDispatch(node: Node<Geometry>): Dispatch {
  const { inputs, attributes, spec, name } = node;
  const [image, slope] = inputs;
  const [batch, down, across] = slope.spec.shape;
  const { rows, columns, paddedRows, columns4 } = storageOf(spec);
  const lines = batch * down;
  const SEGMENT = Math.ceil(lines / MOST_PARTS);
  const layers = Math.ceil(lines / SEGMENT);
  const shape: Part<Ref> = shapePart(spec);
  const store: readonly Part<Ref>[] = [
    use(wgsl.storeMatrix, { bindings: { c: ref(node as Node) } }),
    trimFor(spec),
  ];
  return summed({ label: name, m: rows, n: columns, store }, shape, layers, (partials) => ({
    label: `${name}, parts`,
    parts: [
      use(wgsl.convDepthwiseWeights, {
        constants: {
          ...imageConstants(image, attributes),
          ...{ SEGMENT, LINE_COUNT: lines, LINES_EACH: down, LINE_PIXELS: across },
        },
        bindings: { image: ref(image), slope: ref(slope), partials },
      }),
      shape,
      reachPart(attributes, 'forward'),
    ],
    grid: [Math.ceil(columns4 / 8), Math.ceil(paddedRows / 8), layers],
    flop: 2 * rows * columns * lines * across,
  }));
}
