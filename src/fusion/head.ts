import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Node, sourceOf } from '../graph/graph.ts';
import { isOf, type Ref, ref } from '../graph/op.ts';
import { align, slotBytes } from '../graph/parameters.ts';
import type { Fusion, FusionView } from '../graph/planner.ts';
import { sizeOf, storageOf } from '../graph/tensor.ts';
import { type Activation, activationGradientOp, activationPart } from '../ops/activation.ts';
import { addBiasOp } from '../ops/bias.ts';
import { dropoutOp, dropoutPart } from '../ops/dropout.ts';
import { trimFor } from '../ops/map.ts';
import { matmulOp, sizesOf } from '../ops/matmul.ts';
import { isLabels, isParameter } from '../ops/sources.ts';
import { type LossFusion, lossFusions, NO_ROOM } from './loss.ts';

/** An invocation computes a whole row. Beyond these sizes that costs more time than it saves. */
const MOST_OUTPUTS = 16;
const MOST_HIDDEN = 256;
const GROUP = 16;

/**
 * The last layer, the loss, and the gradient of the layer before, in one dispatch. For networks with few outputs and a
 * narrow last hidden layer, such as the paper's.
 */
export function fuseHead(view: FusionView): Fusion[] {
  return lossFusions(view).flatMap((loss) => headOf(loss, view) ?? []);
}

/** The last layer X = H · W + b. */
interface LastLayer {
  readonly product: Node;
  readonly biased: Node;
  readonly hidden: Node;
  readonly weight: Node;
  readonly bias: Node;
}

function lastLayer(outputs: Node, view: FusionView): LastLayer | undefined {
  if (!isOf(outputs, addBiasOp) || view.kept(outputs)) return undefined;
  const [product, bias] = outputs.inputs;
  if (!isOf(product, matmulOp) || product.attributes.transposeA || product.attributes.transposeB) {
    return undefined;
  }
  if (view.consumers(product).length !== 1 || view.kept(product)) return undefined;
  const [hidden, weight] = product.inputs;
  const parameters = weight.graph.nodes.filter(isParameter);
  if (parameters[parameters.indexOf(weight) + 1] !== bias) return undefined;
  const [width, classes] = weight.spec.shape;
  if (width > MOST_HIDDEN || classes > MOST_OUTPUTS) {
    view.decline(
      outputs,
      `the last layer is ${width}×${classes}; up to ${MOST_HIDDEN}×${MOST_OUTPUTS} it shares a dispatch with the loss`,
    );
    return undefined;
  }
  return { product, biased: outputs, hidden, weight, bias };
}

/** dZ = act′ ⊙ mask ⊙ (G · Wᵀ), the backward pass from the gradient of the outputs. */
function backward(gradient: Node, { weight }: LastLayer, view: FusionView) {
  const product = view
    .consumers(gradient)
    .find((node) => isOf(node, matmulOp) && node.inputs[1] === weight);
  if (!isOf(product, matmulOp) || !product.attributes.transposeB || view.kept(product)) {
    return undefined;
  }
  const [next, ...others] = view.consumers(product);
  if (others.length > 0) return undefined;
  const masked = isOf(next, dropoutOp) ? next : undefined;
  const dz = masked ? view.consumers(masked)[0] : next;
  if (!isOf(dz, activationGradientOp)) return undefined;
  if (dz.attributes.from === 'input') {
    view.decline(dz, 'not in the head: it needs the input of its activation');
    return undefined;
  }
  if (masked && (view.consumers(masked).length !== 1 || view.kept(masked))) return undefined;
  const y = dz.inputs[1];
  const output = masked ? forwardDropout(y, masked.attributes.layer, view) : y;
  return output && { product, masked, dz, output };
}

function headOf(loss: LossFusion, view: FusionView): Fusion | undefined {
  const { outputs, gradient, rows, hits } = loss;
  if (!gradient) return undefined;
  const layer = lastLayer(outputs, view);
  if (!layer) return undefined;
  const back = backward(gradient, layer, view);
  if (!back || sourceOf(layer.hidden) !== back.output) return undefined;
  const inside = new Set<Node>([...loss.covers, back.product]);
  if (!view.consumers(outputs).every((node) => inside.has(node))) return undefined;
  // A target in memory would be the ninth binding.
  const inMemory = loss.parts.some(({ name }) => name === 'target/matrix');
  if (inMemory || (loss.labels && !isLabels(loss.labels))) {
    view.decline(outputs, 'its target is in memory, which leaves no binding for the loss');
    return undefined;
  }
  if (loss.weighed || loss.isBound) {
    view.decline(outputs, NO_ROOM);
    return undefined;
  }
  const { rows: batch, columns: classes } = storageOf(outputs.spec);
  const { m, n, k } = sizesOf(back.product);
  const sums: Part<Ref> = hits
    ? use(wgsl.headSums, {
        constants: { HITS_AT: align(storageOf(rows.spec).bytes) / 4 },
        bindings: { rowSums: { kind: 'packed', nodes: [rows, hits] } },
      })
    : use(wgsl.headLosses, { bindings: { losses: ref(rows) } });
  const f = back.dz.attributes;
  const inQuads = view.choice.family === 'quad' && !view.choice.quick;
  const parts: readonly Part<Ref>[] = [
    use(wgsl.headHead, {
      constants: { BIAS4: slotBytes(layer.weight) / 16 },
      bindings: {
        weights: { kind: 'parameters', first: layer.weight, last: layer.bias },
      },
    }),
    inQuads ? use(wgsl.headQuads) : use(wgsl.headRows, { constants: { HEAD_GROUP: GROUP } }),
    use(wgsl.headLogits),
    use(wgsl.headGradient, { bindings: { outputGradient: ref(gradient) } }),
    sums,
    use(wgsl.gemmShape, { constants: { M: m, N: n, K: k } }),
    use(wgsl.stepBatch, { constants: { BATCH: batch } }),
    use(wgsl.lossClasses, { constants: { CLASSES: classes } }),
    ...loss.parts,
    use(wgsl.storeBackward, { bindings: { h: ref(back.output), dz: ref(back.dz) } }),
    activationPart(f),
    dropoutGradient(back.masked, f),
    trimFor(back.dz.spec),
  ];
  return {
    covers: [
      ...loss.covers,
      layer.product,
      layer.biased,
      back.product,
      ...(back.masked ? [back.masked] : []),
      back.dz,
    ],
    dispatch: {
      label: `head ${layer.weight.name}`,
      parts,
      grid: [Math.ceil(batch / (inQuads ? 4 : GROUP)), 1, 1],
      flop: 8 * sizeOf(outputs.spec.shape) + 4 * m * n * k,
    },
  };
}

/** The part for the backward pass of a dropout, or of none. */
function dropoutGradient(
  masked: Node<Parameters<typeof dropoutPart>[0]> | undefined,
  f: Activation,
): Part<Ref> {
  if (!masked) return use(wgsl.dropoutNone);
  // After a ReLU the gradient is 0 wherever the output is 0, dropped or not: no random numbers are needed.
  if (!f.isZeroAtZero) return dropoutPart(masked.attributes);
  return use(wgsl.dropoutReluGradient, { constants: { DROP_SCALE: masked.attributes.scale } });
}

/** The dropout of the forward pass for a mask of the backward pass. */
function forwardDropout(y: Node, layer: number, view: FusionView): Node | undefined {
  return view
    .consumers(y)
    .find((reader) => isOf(reader, dropoutOp) && reader.attributes.layer === layer);
}
