import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Node, ownerOf, sourceOf } from '../graph/graph.ts';
import { type Factor, type Factors, isOf, type Ref } from '../graph/op.ts';
import type { FusionView } from '../graph/planner.ts';
import { bindingsOf, type FeatureAttributes, featureParts, featuresOp } from '../ops/features.ts';
import { matmulOp, type Transposed } from '../ops/matmul.ts';

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

/** The factors of a product, and the batch of samples that it gathers itself, if it can. */
export function factorsOf(
  product: Node,
  view: FusionView,
): { readonly factors: Factors; readonly gathered: Node | null } | undefined {
  const factors = product.op.factors?.(product);
  if (!factors) return undefined;
  const batch = batchOf(product, view);
  if (!batch) return { factors, gathered: null };
  const { transposeA } = batch.product.attributes;
  const load: Part<Ref> = transposeA ? use(wgsl.loadAGatheredColumns) : use(wgsl.loadAGatheredRows);
  const a = gatheredFactor(load, batch.features, !transposeA);
  return { factors: { ...factors, a }, gathered: batch.features };
}

/** The first factor of a weight's gradient with a row of ones below it, read directly from the samples if possible. */
export function factorWithOnes(product: Node, view: FusionView): Factor | undefined {
  const ones = product.op.onesBelow?.(product);
  const batch = ones && batchOf(product, view);
  return batch ? gatheredFactor(use(wgsl.loadAGatheredColumnsOnes), batch.features, false) : ones;
}

function batchOf(
  product: Node,
  view: FusionView,
): { readonly product: Node<Transposed>; readonly features: Node<FeatureAttributes> } | undefined {
  if (!isOf(product, matmulOp)) return undefined;
  const features = sourceOf(product.inputs[0]);
  return isVirtualBatch(features, view) ? { product, features } : undefined;
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
