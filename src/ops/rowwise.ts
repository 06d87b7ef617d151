import { GradweaveError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Dispatch, type Ref, ref, type Storing } from '../graph/op.ts';
import { storageOf } from '../graph/tensor.ts';
import { trimFor } from './map.ts';

/** Rows of a workgroup of shaders/rowwise. */
const GROUP = 16;

/** The part that reads the rows of a tensor. */
export const rowInput = (x: Node): Part<Ref> =>
  use(wgsl.rowwiseInput, { bindings: { rowInput: ref(x) } });

/** The part that reads the rows of a gradient. */
export const rowSlope = (dy: Node): Part<Ref> =>
  use(wgsl.rowwiseSlope, { bindings: { rowSlope: ref(dy) } });

/**
 * The kernel of an op that computes each row [R,C] by itself, as `storing` of an op.
 *
 * @param parts declare `beginRow(row)` and `rowElement(row, c4)`
 */
export function rowwise(
  { name, spec }: Pick<Node, 'name' | 'spec'>,
  flopEach: number,
  parts: readonly Part<Ref>[],
): Storing {
  const { rows, columns, paddedRows } = storageOf(spec);
  const own: readonly Part<Ref>[] = [
    use(wgsl.rowwiseRowwise),
    use(wgsl.gemmShape, { constants: { M: rows, N: columns, K: 1 } }),
    ...parts,
  ];
  return {
    parts: own,
    dispatch: (store) => ({
      label: name,
      parts: [...own, ...store],
      grid: [Math.ceil(paddedRows / GROUP), 1, 1],
      flop: flopEach * rows * columns,
    }),
  };
}

/** The dispatch of a row op by itself. @throws GradweaveError if it has no `storing` */
export function rowwiseDispatch<A extends object>(node: Node<A>): Dispatch {
  const kernel = node.op.storing?.(node);
  if (!kernel) throw new GradweaveError(`the op ${node.op.name} has no storing()`);
  return kernel.dispatch([
    use(wgsl.storeMatrix, { bindings: { c: ref(node) } }),
    trimFor(node.spec),
  ]);
}
