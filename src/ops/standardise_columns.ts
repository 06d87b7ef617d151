import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { elementDispatch, elementParts } from './map.ts';

export interface ColumnScaleAttributes {
  /** Added to the variance. */
  readonly epsilon: number;
}

const standardiseColumnsOp: Op<ColumnScaleAttributes> = {
  name: 'standardiseColumns',
  residence: 'computed',
  infer: ([x]) => x,
  // The mean and the variance are state.
  gradient: ({ graph, inputs: [, , variance], attributes }, dy) => [
    graph.add(scaleDeviationsOp, [dy, variance], attributes),
    null,
    null,
  ],
  element: ({ inputs: [, mean, variance], attributes: { epsilon } }) =>
    elementParts(
      use(wgsl.elementStandardiseColumns, {
        constants: { COLUMN_EPSILON: epsilon },
        bindings: { columnMean: ref(mean), columnVariance: ref(variance) },
      }),
    ),
  dispatch: (node) => elementDispatch(node, 3),
};

const scaleDeviationsOp: Op<ColumnScaleAttributes> = {
  name: 'scaleDeviations',
  residence: 'computed',
  infer: ([x]) => x,
  element: ({ inputs: [, variance], attributes: { epsilon } }) =>
    elementParts(
      use(wgsl.elementScaleDeviations, {
        constants: { COLUMN_EPSILON: epsilon },
        bindings: { columnVariance: ref(variance) },
      }),
    ),
  dispatch: (node) => elementDispatch(node, 2),
};

/** (x − mean) / √(variance + ε) of each column of x[R,C], with a mean [C] and a variance [C] that are constant. */
export const standardiseColumns = (x: Node, mean: Node, variance: Node, epsilon: number): Node =>
  x.graph.add(standardiseColumnsOp, [x, mean, variance], { epsilon });
