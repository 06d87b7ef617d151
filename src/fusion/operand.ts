import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Node, ownerOf } from '../graph/graph.ts';
import type { Op, Ref } from '../graph/op.ts';
import { ref } from '../graph/op.ts';
import type { FusionView } from '../graph/planner.ts';
import { bindingsOf, type FeatureAttributes, featureParts, featuresOp } from '../ops/features.ts';
import { loadA, matmulOp, type Transposed } from '../ops/matmul.ts';

/** Whether a node is of an op; narrows its attributes. */
export function isA<A extends object>(node: Node | undefined, op: Op<A>): node is Node<A> {
  return node !== undefined && node.op === (op as Op<object>);
}

/** Bindings that the update of a first layer by Adam leaves of WebGPU's eight. */
const MOST_BOUND = 2;

/**
 * Whether a batch of samples never needs to be floats in memory: all that reads it is a product, which
 * can gather as it loads, or a loss that a rule has covered and whose target it is.
 */
export function isVirtualBatch(node: Node, view: FusionView): node is Node<FeatureAttributes> {
  if (!isA(node, featuresOp) || view.kept(node)) return false;
  if (bindingsOf(node.attributes) > MOST_BOUND) {
    view.decline(node, `its function takes more than ${MOST_BOUND} of eight bindings`);
    return false;
  }
  return view.consumers(node).every((reader) => {
    if (isA(reader, matmulOp)) return ownerOf(reader.inputs[1]) !== node;
    const isTarget = reader.op.loss === true && ownerOf(reader.inputs[0]) !== node;
    return isTarget && !view.isOpen(reader);
  });
}

/** The part that loads the first factor of a product, from bytes where it can be. */
export function operandA(
  product: Node<Transposed>,
  view: FusionView,
): { parts: readonly Part<Ref>[]; gathered: Node | null } {
  const a = ownerOf(product.inputs[0]);
  const { transposeA } = product.attributes;
  if (!isVirtualBatch(a, view)) return { parts: [loadA(a, transposeA)], gathered: null };
  const load: Part<Ref> = transposeA ? use(wgsl.loadAGatheredColumns) : use(wgsl.loadAGatheredRows);
  return { parts: [load, ...featureParts(a.attributes)], gathered: a };
}

/** As {@link operandA} for a transposed first factor with a row of ones below. */
export function operandWithOnes(product: Node<Transposed>, view: FusionView): readonly Part<Ref>[] {
  const a = ownerOf(product.inputs[0]);
  if (!isVirtualBatch(a, view)) {
    return [use(wgsl.loadAColumnsOnes, { bindings: { a: ref(a) } })];
  }
  return [use(wgsl.loadAGatheredColumnsOnes), ...featureParts(a.attributes)];
}
