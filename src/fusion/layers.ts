import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Ref, ref } from '../graph/op.ts';
import type { Fusion, FusionView } from '../graph/planner.ts';
import {
  type ActivationAttributes,
  activationGradientOp,
  activationOp,
  activationPart,
} from '../ops/activation.ts';
import { addBiasOp } from '../ops/bias.ts';
import { dropoutOp, dropoutPart } from '../ops/dropout.ts';
import { gemmDispatch } from '../ops/gemm/dispatch.ts';
import { trimFor } from '../ops/map.ts';
import { loadB, matmulOp, sizesOf } from '../ops/matmul.ts';
import { packedStore, packOp } from '../ops/pack.ts';
import { isA, operandA } from './operand.ts';

/** The only reader of a node that need not be in memory; undefined if there are others. */
function soleReader(node: Node, view: FusionView): Node | undefined {
  const readers = view.consumers(node);
  return readers.length === 1 && !view.kept(node) ? readers[0] : undefined;
}

/**
 * A layer's pre-activation gradient in one dispatch: dZ = act′ ⊙ mask ⊙ (dY · Wᵀ). The activation's output is
 * computed from the output of the dropout, so it need not be in memory.
 */
export function fuseBackward(view: FusionView): Fusion[] {
  const fusions: Fusion[] = [];
  for (const node of view.open) {
    if (!isA(node, activationGradientOp)) continue;
    const [incoming, y] = node.inputs;
    const masked = isA(incoming, dropoutOp) ? incoming : undefined;
    const product = masked ? masked.inputs[0] : incoming;
    if (!isA(product, matmulOp)) continue;
    if (
      soleReader(product, view) !== (masked ?? node) ||
      (masked && soleReader(masked, view) !== node)
    ) {
      view.decline(node, 'another op reads its input, which therefore is in memory');
      continue;
    }
    const output = masked ? forwardDropout(y, masked.attributes.layer, view) : y;
    if (!output) {
      view.decline(node, 'the output of its dropout is not in this plan');
      continue;
    }
    const { kind } = node.attributes;
    fusions.push({
      covers: masked ? [product, masked, node] : [product, node],
      dispatch: gemmDispatch(view.choice, {
        label: `backward ${product.inputs[1].name}`,
        ...sizesOf(product),
        parts: [
          ...operandA(product, view).parts,
          loadB(product.inputs[1], product.attributes.transposeB),
          use(wgsl.storeBackward, { bindings: { h: ref(output), dz: ref(node) } }),
          activationPart(kind),
          dropoutGradient(masked, kind),
          trimFor(node.spec.shape),
        ],
      }),
    });
  }
  return fusions;
}

/** The part for the backward pass of a dropout, or of none. */
export function dropoutGradient(
  masked: Node<Parameters<typeof dropoutPart>[0]> | undefined,
  kind: ActivationAttributes['kind'],
): Part<Ref> {
  if (!masked) return use(wgsl.dropoutNone);
  // After a ReLU the gradient is 0 wherever the output is 0, dropped or not: no random numbers are needed.
  if (kind !== 'relu') return dropoutPart(masked.attributes);
  return use(wgsl.dropoutReluGradient, { constants: { DROP_SCALE: masked.attributes.scale } });
}

/** The dropout of the forward pass for a mask of the backward pass. */
export function forwardDropout(y: Node, layer: number, view: FusionView): Node | undefined {
  return view
    .consumers(y)
    .find((reader) => isA(reader, dropoutOp) && reader.attributes.layer === layer);
}

/** A layer's output in one dispatch: H = dropout(act(X · W + b)), or the part of it that the layer has. */
export function fuseForward(view: FusionView): Fusion[] {
  const fusions: Fusion[] = [];
  for (const product of view.open) {
    if (!isA(product, matmulOp)) continue;
    const covers: Node[] = [product];
    let last: Node = product;
    const extend = (next: Node): void => {
      covers.push(next);
      last = next;
    };
    const next = soleReader(last, view);
    const bias = isA(next, addBiasOp) && next.inputs[0] === last ? next : undefined;
    if (bias) extend(bias);
    const activated = soleReader(last, view);
    const act = isA(activated, activationOp) ? activated : undefined;
    if (act) extend(act);
    const dropped = closingDropout(last, view);
    if (dropped) extend(dropped);
    const packed = dropped ? undefined : soleReader(last, view);
    const store: Part<Ref> = isA(packed, packOp)
      ? packedStore(last.spec.shape)
      : use(wgsl.storeForward, { bindings: { h: ref(last) } });
    if (isA(packed, packOp)) covers.push(packed);
    const { parts, gathered } = operandA(product, view);
    if (covers.length === 1 && !gathered) continue;
    fusions.push({
      covers: gathered && view.isOpen(gathered) ? [gathered, ...covers] : covers,
      dispatch: gemmDispatch(view.choice, {
        label: `forward ${product.inputs[1].name}`,
        ...sizesOf(product),
        parts: [
          ...parts,
          loadB(product.inputs[1], product.attributes.transposeB),
          store,
          bias
            ? use(wgsl.biasVector, { bindings: { bias: ref(bias.inputs[1]) } })
            : use(wgsl.biasNone),
          activationPart(act ? act.attributes.kind : 'identity'),
          dropped ? dropoutPart(dropped.attributes) : use(wgsl.dropoutNone),
          trimFor(last.spec.shape),
        ],
      }),
    });
  }
  return fusions;
}

/**
 * The dropout at the end of a layer, if it can be fused: the activation's only other readers are its gradients, which
 * {@link fuseBackward} has changed to read the dropout's output.
 */
function closingDropout(node: Node, view: FusionView) {
  const readers = view.consumers(node);
  const dropped = readers.find((reader) => isA(reader, dropoutOp));
  if (!isA(dropped, dropoutOp) || view.kept(node)) return undefined;
  const others = readers.filter((reader) => reader !== dropped);
  const covered = others.every(
    (reader) => isA(reader, activationGradientOp) && !view.isOpen(reader),
  );
  return covered ? dropped : undefined;
}
