import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Node } from '../../graph/graph.ts';
import { type Dispatch, type Ref, ref, type Storing } from '../../graph/op.ts';
import { storageOf } from '../../graph/tensor.ts';
import { mapDispatch } from '../map.ts';
import { pixelwise } from '../pixelwise.ts';
import { depthwise, depthwiseWeightsDispatch, isDepthwise } from './depthwise.ts';
import type { Geometry } from './geometry.ts';
import { gridParts, imagePart, reachPart, type Way } from './parts.ts';

/** The channels of the result, and those of image and result in a group. */
const channelsOf = (image: Node, { groups }: Geometry, columns: number) => ({
  CHANNEL_COUNT: columns,
  EACH: image.spec.shape[3] / groups,
  OWN: columns / groups,
});

/** A convolution in groups, or the gradient of its input; see shaders/conv/grouped.wgsl. */
export function grouped(node: Node<Geometry>, way: Way): Storing {
  const { inputs, attributes, spec } = node;
  const [image, weight] = inputs;
  const [, , , columns] = spec.shape;
  if (isDepthwise(image, columns, attributes)) return depthwise(node, way);
  const { kernel } = attributes;
  const constants = channelsOf(image, attributes, columns);
  const part: Part<Ref> = use(wgsl.convGrouped, {
    constants: {
      ...constants,
      FORWARD: Number(way === 'forward'),
      KERNEL_HEIGHT: kernel[0],
      WEIGHT_STRIDE: 4 * storageOf(weight.spec).columns4,
    },
    bindings: { weight: ref(weight) },
  });
  return pixelwise(node, 2 * kernel[0] * kernel[1] * constants.EACH, [
    part,
    imagePart(image, attributes),
    reachPart(attributes, way),
  ]);
}

/** The gradient of the weight of a convolution in groups; see shaders/conv/grouped_weights.wgsl. */
export function groupedWeightsDispatch(node: Node<Geometry>): Dispatch {
  const { inputs, spec, attributes: geometry } = node;
  const [image, slope] = inputs;
  const [terms, columns] = spec.shape;
  if (isDepthwise(image, columns, geometry)) return depthwiseWeightsDispatch(node);
  const [batch] = image.spec.shape;
  const part: Part<Ref> = use(wgsl.convGroupedWeights, {
    constants: { ...channelsOf(image, geometry, columns), TERMS: terms },
    bindings: { slope: ref(slope) },
  });
  const { windows } = geometry;
  return mapDispatch(
    node,
    [part, imagePart(image, geometry), ...gridParts(batch, geometry, 'forward')],
    2 * batch * windows[0] * windows[1],
  );
}
