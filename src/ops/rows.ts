import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Dispatch, type Ref, ref } from '../graph/op.ts';
import { sizeOf } from '../graph/tensor.ts';

/** The parts that every kernel over the rows of the network's outputs [batch, C] links. */
export function outputParts(outputs: Node): readonly Part<Ref>[] {
  const [batch, classes] = outputs.spec.shape;
  return [
    use(wgsl.stepBatch, { constants: { BATCH: batch } }),
    use(wgsl.lossClasses, { constants: { CLASSES: classes } }),
    use(wgsl.lossOutputs, { bindings: { outputs: ref(outputs) } }),
  ];
}

/** The grid of workgroups of this size for the padded rows of a batch. */
export function rowGrid(outputs: Node, workgroup: number): readonly [number, number, number] {
  return [Math.ceil(outputs.spec.shape[0] / 4 / (workgroup / 4)), 1, 1];
}

/** The loss of each row: node[batch] from outputs[batch, C]. */
export function rowDispatch(
  node: Node,
  outputs: Node,
  flopEach: number,
  parts: readonly Part<Ref>[],
): Dispatch {
  return {
    label: node.name,
    parts: [
      use(wgsl.lossRowLosses, { bindings: { losses: ref(node) } }),
      ...outputParts(outputs),
      ...parts,
    ],
    grid: rowGrid(outputs, 64),
    flop: flopEach * sizeOf(outputs.spec.shape),
  };
}

/** The gradient of each row's loss: node[batch, C] from outputs (input 0) and row weights (last). */
export function rowGradientDispatch(
  node: Node,
  flopEach: number,
  parts: readonly Part<Ref>[],
): Dispatch {
  return {
    label: node.name,
    parts: [
      use(wgsl.lossRowGradients, { bindings: { rowGradient: ref(node.inputs[2]) } }),
      use(wgsl.lossGradient, { bindings: { outputGradient: ref(node) } }),
      ...outputParts(node.inputs[0]),
      ...parts,
    ],
    grid: rowGrid(node.inputs[0], 64),
    flop: flopEach * sizeOf(node.spec.shape),
  };
}
