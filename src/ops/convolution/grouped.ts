import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Node } from '../../graph/graph.ts';
import { type Dispatch, type Ref, ref } from '../../graph/op.ts';
import { storageOf } from '../../graph/tensor.ts';
import { mapDispatch } from '../map.ts';
import { type Geometry, stridesOf } from './geometry.ts';
import { gridParts, type Way } from './parts.ts';

/** The constants that all kernels of groups have. */
function imageConstants(image: Node, { kernel, groups }: Geometry, columns: number) {
  const [, height, width, channels] = image.spec.shape;
  const { sample, line, pixel } = stridesOf(image.spec);
  return {
    CHANNEL_COUNT: columns,
    EACH: channels / groups,
    OWN: columns / groups,
    KERNEL_WIDTH: kernel[1],
    IMAGE_HEIGHT: height,
    IMAGE_WIDTH: width,
    SAMPLE_STRIDE: sample,
    LINE_STRIDE: line,
    PIXEL_STRIDE: pixel,
  };
}

/** A convolution in groups, or the gradient of its input; see shaders/conv/grouped.wgsl. */
export function groupedDispatch(node: Node, geometry: Geometry, way: Way): Dispatch {
  const [image, weight] = node.inputs;
  const [batch, , , columns] = node.spec.shape;
  const { kernel } = geometry;
  const constants = imageConstants(image, geometry, columns);
  const part: Part<Ref> = use(wgsl.convGrouped, {
    constants: {
      ...constants,
      FORWARD: Number(way === 'forward'),
      TAPS: kernel[0] * kernel[1],
      WEIGHT_STRIDE: 4 * storageOf(weight.spec).columns4,
    },
    bindings: { image: ref(image), weight: ref(weight) },
  });
  return mapDispatch(
    node,
    [part, ...gridParts(batch, geometry, way)],
    2 * kernel[0] * kernel[1] * constants.EACH,
  );
}

/** The gradient of the weight of a convolution in groups; see shaders/conv/grouped_weights.wgsl. */
export function groupedWeightsDispatch(node: Node, geometry: Geometry): Dispatch {
  const [image, slope] = node.inputs;
  const [terms, columns] = node.spec.shape;
  const [batch] = image.spec.shape;
  const part: Part<Ref> = use(wgsl.convGroupedWeights, {
    constants: { ...imageConstants(image, geometry, columns), TERMS: terms },
    bindings: { image: ref(image), slope: ref(slope) },
  });
  const { windows } = geometry;
  return mapDispatch(
    node,
    [part, ...gridParts(batch, geometry, 'forward')],
    2 * batch * windows[0] * windows[1],
  );
}
