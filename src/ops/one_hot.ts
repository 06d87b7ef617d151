import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { describe, spec, type TensorSpec } from '../graph/tensor.ts';
import { exact, type Reference } from '../graph/value.ts';
import { mapDispatch } from './map.ts';

/** @throws ShapeError unless these are labels, one for each row of the batch */
export function checkLabels(labels: TensorSpec, batch: number): void {
  if (labels.dtype !== 'u32' || labels.shape.length !== 1 || labels.shape[0] !== batch) {
    throw new ShapeError(`labels are ${describe(labels)}; they must be [${batch}] u32`);
  }
}

/** The shader part that reads labels from memory. */
export function labelPart(labels: Node): Part<Ref> {
  return use(wgsl.targetBatchLabel, { bindings: { batchLabels: ref(labels) } });
}

/** The label of rows that do not count, as u32, and the part that says so. */
export interface Ignored {
  readonly label: number;
  readonly part: Part<Ref>;
}

/** @param label an integer, as u32 or i32 */
export const ignoring = (label: number): Ignored => ({
  label: label >>> 0,
  part: use(wgsl.targetIgnored, { constants: { IGNORED: label >>> 0 } }),
});

/** The shader part that knows which rows do not count. */
export const ignoredPart = (ignored: Ignored | undefined): Part<Ref> =>
  ignored?.part ?? use(wgsl.targetNoneIgnored);

export const oneHotOp: Op<{ readonly classes: number }> = {
  name: 'oneHot',
  residence: 'computed',
  infer: ([labels], { classes }) => {
    checkLabels(labels, labels.shape[0]);
    return spec([labels.shape[0], classes]);
  },
  dispatch: (node) => mapDispatch(node, [use(wgsl.mapOneHot), labelPart(node.inputs[0])], 0),
};

export const oneHotReference: Reference<{ readonly classes: number }> = (
  { attributes: { classes } },
  [labels],
) => {
  const data = new Float64Array(labels.data.length * classes);
  labels.data.forEach((label, row) => {
    if (label < classes) data[row * classes + label] = 1;
  });
  return exact(data);
};

/** The unit vector of each class: [batch] u32 → [batch, classes]. */
export function oneHot(labels: Node, classes: number): Node {
  return graphOf('oneHot()', labels).add(oneHotOp, [labels], { classes });
}
