import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Factors, isOf } from '../graph/op.ts';
import { slotBytes } from '../graph/parameters.ts';
import type { Fusion, FusionView } from '../graph/planner.ts';
import { sizeOf, storageOf } from '../graph/tensor.ts';
import { columnSumsOp } from '../ops/bias.ts';
import { gemmDispatch } from '../ops/gemm/dispatch.ts';
import { matmulOp } from '../ops/matmul.ts';
import { isParameter } from '../ops/sources.ts';
import { optimizerParts, type UpdateAttributes, updateFlop, updateOp } from '../ops/update.ts';
import { bindsTooMany } from './elements.ts';
import { factorsOf, factorWithOnes } from './operand.ts';

/**
 * A weight's gradient and optimizer step in one dispatch: the step is the epilogue of dW = Xᵀ · dZ, and the gradient
 * is never written to memory. A row of ones below Xᵀ adds the bias.
 */
export function fuseUpdate(view: FusionView): Fusion[] {
  const fusions: Fusion[] = [];
  for (const step of view.open) {
    if (!isOf(step, updateOp)) continue;
    const { gradient, between } = gradientOf(step);
    if (gradient.op.element) view.decline(step, 'its gradient is clipped first');
    const product = factorsOf(gradient, view);
    if (!product || (isOf(gradient, matmulOp) && !gradient.attributes.transposeA)) continue;
    if (!isOwn([gradient, ...between], view)) {
      view.decline(step, 'another op reads its gradient, which therefore is in memory');
      continue;
    }
    const biasStep = biasBeside(gradient, step, view);
    const ones = biasStep && factorWithOnes(gradient, view);
    const fusion =
      biasStep && ones
        ? withBias(step, { ...product.factors, a: ones }, biasStep, view)
        : alone(step, product.factors, view);
    if (!bindsTooMany(view, step, fusion.dispatch.parts)) fusions.push(fusion);
  }
  return fusions;
}

/** The gradient of an optimizer's step, and what the step's dispatch computes of it: nothing, or its accumulation. */
export function gradientOf({ inputs: [, gradient] }: Node): {
  readonly gradient: Node;
  readonly between: readonly Node[];
} {
  return gradient.op.updating
    ? { gradient: gradient.inputs[0], between: [gradient] }
    : { gradient, between: [] };
}

/** Whether each of these has one reader, and nothing else needs it. */
export const isOwn = (nodes: readonly Node[], view: FusionView): boolean =>
  nodes.every((node) => view.consumers(node).length === 1 && !view.kept(node));

/** The update of the bias after a weight, if it uses the same dZ. */
function biasBeside(
  gradient: Node,
  step: Node<UpdateAttributes>,
  view: FusionView,
): Node<UpdateAttributes> | undefined {
  const [weight] = step.inputs;
  const parameters = weight.graph.nodes.filter(isParameter);
  const bias = parameters[parameters.indexOf(weight) + 1];
  return view.open
    .filter((other) => isOf(other, updateOp))
    .find((other) => {
      const { gradient: sums, between } = gradientOf(other);
      return (
        other.inputs[0] === bias &&
        other.attributes.rule === step.attributes.rule &&
        isOf(sums, columnSumsOp) &&
        sums.inputs[0] === gradient.inputs[1] &&
        isOwn([sums, ...between], view)
      );
    });
}

function withBias(
  step: Node<UpdateAttributes>,
  factors: Factors,
  biasStep: Node<UpdateAttributes>,
  view: FusionView,
): Fusion {
  const [weight] = step.inputs;
  const [bias] = biasStep.inputs;
  const [own, ofBias] = [gradientOf(step), gradientOf(biasStep)];
  const flop = updateFlop(step.attributes.rule);
  const gemm = gemmDispatch(view.choice, {
    label: `${step.name}, ${bias.name}`,
    ...factors,
    // The stored rows of the weight, then the row of ones.
    m: storageOf(weight.spec).paddedRows + 1,
    store: [
      use(wgsl.storeUpdate, { constants: { BIAS4: slotBytes(weight) / 16 } }),
      ...optimizerParts(step.attributes, weight, bias, own.between[0]),
    ],
  });
  return {
    covers: [own.gradient, ...own.between, step, ofBias.gradient, ...ofBias.between, biasStep],
    dispatch: { ...gemm, flop: gemm.flop + flop * (sizeOf(weight.spec.shape) + factors.n) },
  };
}

function alone(step: Node<UpdateAttributes>, factors: Factors, view: FusionView): Fusion {
  const [weight] = step.inputs;
  const { gradient, between } = gradientOf(step);
  const gemm = gemmDispatch(view.choice, {
    label: step.name,
    ...factors,
    store: [
      use(wgsl.storeUpdateWeight),
      ...optimizerParts(step.attributes, weight, weight, between[0]),
    ],
  });
  return {
    covers: [gradient, ...between, step],
    dispatch: {
      ...gemm,
      flop: gemm.flop + updateFlop(step.attributes.rule) * sizeOf(weight.spec.shape),
    },
  };
}
