import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { slotBytes } from '../graph/parameters.ts';
import type { Fusion, FusionView } from '../graph/planner.ts';
import { sizeOf, storageOf } from '../graph/tensor.ts';
import { columnSumsOp } from '../ops/bias.ts';
import { gemmDispatch } from '../ops/gemm/dispatch.ts';
import { loadB, matmulOp, sizesOf, type Transposed } from '../ops/matmul.ts';
import { isParameter } from '../ops/sources.ts';
import { optimizerParts, type UpdateAttributes, updateFlop, updateOp } from '../ops/update.ts';
import { bindsTooMany } from './elements.ts';
import { isA, operandA, operandWithOnes } from './operand.ts';

/**
 * A weight's gradient and optimizer step in one dispatch: the step is the epilogue of dW = Xᵀ · dZ, and the gradient
 * is never written to memory. A row of ones below Xᵀ adds the bias.
 */
export function fuseUpdate(view: FusionView): Fusion[] {
  const fusions: Fusion[] = [];
  for (const step of view.open) {
    if (!isA(step, updateOp)) continue;
    const [weight, gradient] = step.inputs;
    if (gradient.op.element) view.decline(step, 'its gradient is clipped first');
    if (!isA(gradient, matmulOp) || !gradient.attributes.transposeA) continue;
    if (view.consumers(gradient).length !== 1 || view.kept(gradient)) {
      view.decline(step, 'another op reads its gradient, which therefore is in memory');
      continue;
    }
    const biasStep = biasBeside(weight, gradient, step, view);
    const fusion = biasStep
      ? withBias(step, gradient, biasStep, view)
      : alone(step, gradient, view);
    if (!bindsTooMany(view, step, fusion.dispatch.parts)) fusions.push(fusion);
  }
  return fusions;
}

/** The update of the bias after a weight, if it uses the same dZ. */
function biasBeside(
  weight: Node,
  gradient: Node<Transposed>,
  step: Node<UpdateAttributes>,
  view: FusionView,
): Node<UpdateAttributes> | undefined {
  const parameters = weight.graph.nodes.filter(isParameter);
  const bias = parameters[parameters.indexOf(weight) + 1];
  return view.open
    .filter((other) => isA(other, updateOp))
    .find((other) => {
      const [parameter, sums] = other.inputs;
      return (
        parameter === bias &&
        other.attributes.rule === step.attributes.rule &&
        isA(sums, columnSumsOp) &&
        sums.inputs[0] === gradient.inputs[1] &&
        !gradient.attributes.transposeB &&
        view.consumers(sums).length === 1 &&
        !view.kept(sums)
      );
    });
}

function withBias(
  step: Node<UpdateAttributes>,
  gradient: Node<Transposed>,
  biasStep: Node<UpdateAttributes>,
  view: FusionView,
): Fusion {
  const [weight] = step.inputs;
  const [bias, sums] = biasStep.inputs;
  const { n, k } = sizesOf(gradient);
  const { rule } = step.attributes;
  const gemm = gemmDispatch(view.choice, {
    label: `${step.name}, ${bias.name}`,
    // The stored rows of the weight, then the row of ones.
    m: storageOf(weight.spec).paddedRows + 1,
    n,
    k,
    parts: [
      ...operandWithOnes(gradient, view),
      loadB(gradient.inputs[1], false),
      use(wgsl.storeUpdate, { constants: { BIAS4: slotBytes(weight) / 16 } }),
      ...optimizerParts(rule, weight, bias),
    ],
  });
  return {
    covers: [gradient, step, sums, biasStep],
    dispatch: { ...gemm, flop: gemm.flop + updateFlop(rule) * (sizeOf(weight.spec.shape) + n) },
  };
}

function alone(step: Node<UpdateAttributes>, gradient: Node<Transposed>, view: FusionView): Fusion {
  const [weight] = step.inputs;
  const { rule } = step.attributes;
  const gemm = gemmDispatch(view.choice, {
    label: step.name,
    ...sizesOf(gradient),
    parts: [
      ...operandA(gradient, view).parts,
      loadB(gradient.inputs[1], gradient.attributes.transposeB),
      use(wgsl.storeUpdateWeight),
      ...optimizerParts(rule, weight, weight),
    ],
  });
  return {
    covers: [gradient, step],
    dispatch: { ...gemm, flop: gemm.flop + updateFlop(rule) * sizeOf(weight.spec.shape) },
  };
}
