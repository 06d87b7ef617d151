import type { Part } from '../gpu/link.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { floats, storageOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { type DropoutRate, dropoutRate, keptElements } from '../random/dropout.ts';
import { elementDispatch } from './map.ts';
import { ULP } from './rounding.ts';
import { scaleParts } from './scale.ts';

export interface DropoutAttributes extends DropoutRate {
  /** The layer's number: each layer has different masks. */
  readonly layer: number;
}

/** The shader part that makes a layer's masks. */
export function dropoutPart({ layer, threshold, scale }: DropoutAttributes): Part<Ref> {
  return use(wgsl.dropoutPhilox, {
    constants: {
      DROP_LAYER: layer,
      DROP_THRESHOLD: threshold,
      DROP_SCALE: scale,
      DROP_KEEP: 1 / scale,
    },
  });
}

export const dropoutOp: Op<DropoutAttributes> = {
  name: 'dropout',
  residence: 'computed',
  infer: ([x]) => {
    floats('the input of dropout', x);
    return x;
  },
  // The mask is a constant: the gradient goes through the same mask and scale.
  gradient: (node, dy) => [node.graph.add(dropoutOp, [dy], node.attributes, 'dropout gradient')],
  element: ({ attributes }) => [use(wgsl.elementDropout), dropoutPart(attributes)],
  restored: (node) =>
    use(wgsl.elementSavedScaled, {
      constants: { FACTOR: 1 / node.attributes.scale },
      bindings: { saved: ref(node) },
    }),
  unmasked: ({ attributes: { scale } }) => scaleParts(scale),
  dispatch: (node) => elementDispatch(node),
};

export const dropoutReference: Reference<DropoutAttributes> = (node, [x], world) => {
  const { threshold, scale, layer } = node.attributes;
  const { rows, columns } = storageOf(node.spec);
  const kept = keptElements(rows, columns, threshold, layer, world.step, world.key);
  return {
    data: x.data.map((value, i) => kept[i] * scale * value),
    error: x.error.map((error, i) => kept[i] * scale * (error + 2 * ULP * Math.abs(x.data[i]))),
  };
};

/**
 * Inverted dropout: sets each element to 0 with probability p, and divides the others by 1 − p. The mask is a
 * function of (seed, layer, step, element).
 *
 * @throws OptionError unless 0 ≤ p < 1
 */
export function dropout(x: Node, p: number): Node {
  const graph = graphOf('dropout()', x);
  const rate = dropoutRate(p);
  if (rate.threshold === 0) return x;
  return graph.add(dropoutOp, [x], { ...rate, layer: graph.nextDropoutLayer() });
}
