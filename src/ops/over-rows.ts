import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Dispatch, type Op, type Ref, ref } from '../graph/op.ts';
import { scratch } from '../graph/scratch.ts';
import { storageOf } from '../graph/tensor.ts';
import { addBiasOp, columnSumsOp } from './bias.ts';

/** Up to so many rows a sum is one chain of additions. Longer ones are divided: they take less time, and round less. */
const MOST_ROWS = 512;

interface Sizes {
  readonly ROW_COUNT: number;
  readonly COLUMN4_COUNT: number;
  readonly SEGMENT: number;
}

const sums = (constants: Sizes, x: Ref, to: Ref): Part<Ref> =>
  use(wgsl.reduceSegmentSums, { constants, bindings: { x, sums: to } });

/**
 * The dispatch of a node [C] that sums over the rows of its first input.
 *
 * @param first writes the sums of segments of rows
 */
export function overRows<A extends object>(
  node: Node<A>,
  first: (sizes: Sizes, x: Ref, to: Ref) => Part<Ref> = sums,
): Dispatch {
  const { name, inputs } = node;
  const [x] = inputs;
  const { paddedRows: ROW_COUNT, columns4: COLUMN4_COUNT } = storageOf(x.spec);
  const SEGMENT = ROW_COUNT > MOST_ROWS ? Math.ceil(Math.sqrt(ROW_COUNT)) : ROW_COUNT;
  const segments = Math.ceil(ROW_COUNT / SEGMENT);
  const groups = Math.ceil(COLUMN4_COUNT / 64);
  const own = ref(node as Node);
  const into = (label: string, to: Ref): Dispatch => ({
    label,
    parts: [first({ ROW_COUNT, COLUMN4_COUNT, SEGMENT }, ref(x), to)],
    grid: [groups, segments, 1],
    flop: 4 * ROW_COUNT * COLUMN4_COUNT,
  });
  if (segments === 1) return into(name, own);
  const partials = ref(scratch(`${name} of segments`, [segments, 4 * COLUMN4_COUNT]));
  const rest = { ROW_COUNT: segments, COLUMN4_COUNT, SEGMENT: segments };
  return {
    label: name,
    before: into(`${name} of segments`, partials),
    parts: [sums(rest, partials, own)],
    grid: [groups, 1, 1],
    flop: 4 * segments * COLUMN4_COUNT,
  };
}

const manySumsOp: Op<object> = { ...columnSumsOp, dispatch: (node) => overRows(node) };

const addRowBiasOp: Op<object> = {
  ...addBiasOp,
  gradient: (_, dy, [wantX, wantBias]) => [
    wantX ? dy : null,
    wantBias ? dy.graph.add(manySumsOp, [dy], {}) : null,
  ],
};

/** As `addBias`, for many rows: the bias's gradient is summed by {@link overRows}, and never a part of a product. */
export const addRowBias = (x: Node, bias: Node): Node =>
  graphOf('addBias()', x).add(addRowBiasOp, [x, bias], {});
