import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Node } from '../../graph/graph.ts';
import { type Dispatch, type Ref, ref } from '../../graph/op.ts';
import { storageOf } from '../../graph/tensor.ts';
import { mapDispatch } from '../map.ts';
import type { Geometry } from './geometry.ts';
import { gridParts, imagePart, type Way } from './parts.ts';

/** The channels of the result, and those of image and result in a group. */
const channelsOf = (image: Node, { groups }: Geometry, columns: number) => ({
  CHANNEL_COUNT: columns,
  EACH: image.spec.shape[3] / groups,
  OWN: columns / groups,
});

/** A convolution in groups, or the gradient of its input; see shaders/conv/grouped.wgsl. */
export function groupedDispatch(node: Node, geometry: Geometry, way: Way): Dispatch {
  const [image, weight] = node.inputs;
  const [batch, , , columns] = node.spec.shape;
  const { kernel } = geometry;
  const constants = channelsOf(image, geometry, columns);
  const part: Part<Ref> = use(wgsl.convGrouped, {
    constants: {
      ...constants,
      FORWARD: Number(way === 'forward'),
      TAPS: kernel[0] * kernel[1],
      WEIGHT_STRIDE: 4 * storageOf(weight.spec).columns4,
    },
    bindings: { weight: ref(weight) },
  });
  return mapDispatch(
    node,
    [part, imagePart(image, geometry), ...gridParts(batch, geometry, way)],
    2 * kernel[0] * kernel[1] * constants.EACH,
  );
}

/** The gradient of the weight of a convolution in groups; see shaders/conv/grouped_weights.wgsl. */
export function groupedWeightsDispatch(node: Node, geometry: Geometry): Dispatch {
  const [image, slope] = node.inputs;
  const [terms, columns] = node.spec.shape;
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
