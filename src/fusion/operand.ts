import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Node, ownerOf, sourceOf } from '../graph/graph.ts';
import { isOf, type Ref, ref } from '../graph/op.ts';
import type { FusionView } from '../graph/planner.ts';
import { bindingsOf, type FeatureAttributes, featureParts, featuresOp } from '../ops/features.ts';
import type { Factor } from '../ops/gemm/dispatch.ts';
import { factorA, matmulOp, type Transposed } from '../ops/matmul.ts';

/** The bindings left of WebGPU's eight when Adam updates a first layer. */
const MOST_BOUND = 2;

/**
 * Whether a batch of samples need not be written to memory: its only readers are products, which can gather samples
 * as they load, and covered losses whose target it is.
 */
export function isVirtualBatch(node: Node, view: FusionView): node is Node<FeatureAttributes> {
  if (!isOf(node, featuresOp) || view.kept(node)) return false;
  if (bindingsOf(node.attributes) > MOST_BOUND) {
    view.decline(node, `its function needs more than ${MOST_BOUND} bindings`);
    return false;
  }
  return view.consumers(node).every((reader) => {
    const [first, ...others] = reader.inputs;
    // A view with other rows and columns needs the batch in memory.
    if (reader.inputs.some((input) => ownerOf(input) === node && sourceOf(input) !== node)) {
      return false;
    }
    if (isOf(reader, matmulOp)) return !others.map(sourceOf).includes(node);
    const isTarget = reader.op.loss === true && sourceOf(first) !== node;
    return isTarget && !view.isOpen(reader);
  });
}

/** The first factor of a product, read directly from the samples if possible. */
export function operandA(
  product: Node<Transposed>,
  view: FusionView,
): { readonly factor: Factor; readonly gathered: Node | null } {
  const a = sourceOf(product.inputs[0]);
  const { transposeA } = product.attributes;
  if (!isVirtualBatch(a, view)) return { factor: factorA(a, transposeA), gathered: null };
  const load: Part<Ref> = transposeA ? use(wgsl.loadAGatheredColumns) : use(wgsl.loadAGatheredRows);
  return { factor: gatheredFactor(load, a, !transposeA), gathered: a };
}

/** As {@link operandA}, for a transposed first factor with an added row of ones. */
export function operandWithOnes(product: Node<Transposed>, view: FusionView): Factor {
  const a = sourceOf(product.inputs[0]);
  if (!isVirtualBatch(a, view)) {
    return { parts: [use(wgsl.loadAColumnsOnes, { bindings: { a: ref(a) } })], alongK: false };
  }
  return gatheredFactor(use(wgsl.loadAGatheredColumnsOnes), a, false);
}

const gatheredFactor = (
  load: Part<Ref>,
  { attributes }: Node<FeatureAttributes>,
  alongK: boolean,
): Factor => ({
  parts: [load, ...featureParts(attributes)],
  alongK,
  bytes: attributes.source.kind === 'pixels',
});
