import { describe, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Dispatch, type Ref, ref } from '../graph/op.ts';
import { type Shaped, sizeOf, storageOf } from '../graph/tensor.ts';

/** WebGPU's limit for a side of a grid. */
export const GRID_SIDE = 65535;
const WORKGROUP = 64;

/** A grid of workgroups of 64 for `count` invocations, and the invocations in each row of it. */
export function linearGrid(count: number): {
  grid: readonly [number, number, number];
  width: number;
} {
  const groups = Math.ceil(count / WORKGROUP);
  const x = Math.min(groups, GRID_SIDE);
  return { grid: [x, Math.ceil(groups / x), 1], width: x * WORKGROUP };
}

/** The part that keeps the padding of a tensor zero. */
export function trimFor(of: Shaped): Part<Ref> {
  const { rows, columns, paddedRows, columns4 } = storageOf(of);
  if (rows === paddedRows && columns === 4 * columns4) return use(wgsl.padFull);
  return use(wgsl.padPartial, { constants: { ROWS: rows, COLUMNS: columns } });
}

const BEGIN: Part<Ref> = use(wgsl.elementBegin);

/** The parts of an element that has nothing to prepare. */
export const elementParts = (...parts: readonly Part<Ref>[]): readonly Part<Ref>[] => [
  ...parts,
  BEGIN,
];

/** Declares `savedAt`: reads a tensor of the forward pass. */
export const savedPart = (node: Node): Part<Ref> =>
  use(wgsl.elementSaved, { bindings: { saved: ref(node) } });

/** The dispatch of an element op by itself. */
export function elementDispatch<A extends object>(node: Node<A>, flopEach = 1): Dispatch {
  const parts = node.op.element?.(node);
  if (!isArray(parts)) {
    throw new OptionError(
      `the op ${node.op.name}: its element gave ${describe(parts)}; it gives elementParts(…)`,
    );
  }
  return mapDispatch(
    node,
    [use(wgsl.mapElement, { bindings: { x: ref(node.inputs[0]) } }), ...parts],
    flopEach,
  );
}

/** A dispatch of shaders/map: one invocation for every four elements of the node. */
export function mapDispatch(
  node: Node<object>,
  parts: readonly Part<Ref>[],
  flopEach: number,
): Dispatch {
  const { paddedRows, columns4 } = storageOf(node.spec);
  const { grid, width } = linearGrid(paddedRows * columns4);
  return {
    label: node.name,
    parts: [
      use(wgsl.mapMap, {
        constants: { ROW_COUNT: paddedRows, COLUMN4_COUNT: columns4, GRID_WIDTH: width },
        bindings: { result: ref(node) },
      }),
      trimFor(node.spec),
      ...parts,
    ],
    grid,
    flop: flopEach * sizeOf(node.spec.shape),
  };
}
