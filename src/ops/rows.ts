import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Ref, ref } from '../graph/op.ts';
import { storageOf } from '../graph/tensor.ts';

/** The parts that every kernel over the rows of the network's outputs [batch, …, C] links. */
export function outputParts(outputs: Node): readonly Part<Ref>[] {
  const { rows, columns } = storageOf(outputs.spec);
  return [
    use(wgsl.stepBatch, { constants: { BATCH: rows } }),
    use(wgsl.lossClasses, { constants: { CLASSES: columns } }),
    use(wgsl.lossOutputs, { bindings: { outputs: ref(outputs) } }),
  ];
}

/** The grid of workgroups of this size for the padded rows of the outputs. */
export function rowGrid(outputs: Node, workgroup: number): readonly [number, number, number] {
  return [Math.ceil(storageOf(outputs.spec).rows / 4 / (workgroup / 4)), 1, 1];
}
