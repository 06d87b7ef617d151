import { checkInteger } from '../check.ts';
import { ShapeError } from '../errors.ts';
import { isSoftware } from '../gpu/family.ts';
import { type Part, scoped, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Dispatch, isOf, type KernelChoice, type Op, type Ref, ref } from '../graph/op.ts';
import { describe, same, spec, storageOf, type TensorSpec } from '../graph/tensor.ts';
import { mapDispatch } from './map.ts';
import { byLastDimension } from './view.ts';

export interface AttentionAttributes {
  readonly heads: number;
}

/** The sizes of an attention. */
export interface AttentionSizes {
  readonly samples: number;
  readonly time: number;
  readonly heads: number;
  /** Columns of a head. */
  readonly head: number;
  readonly width: number;
  /** Of the products of queries and keys: 1/√head. */
  readonly scale: number;
}

/** Of queries, keys and values [samples, time, 3 · width]. */
export function sizesOf(
  { shape: [samples, time, all] }: TensorSpec,
  heads: number,
): AttentionSizes {
  const width = all / 3;
  const head = width / heads;
  return { samples, time, heads, head, width, scale: 1 / Math.sqrt(head) };
}

const shapePart = ({ samples, time, heads, head }: AttentionSizes): Part<Ref> =>
  use(wgsl.attentionShape, {
    constants: { SAMPLES: samples, TIME: time, HEADS: heads, HEAD: head },
  });

/** How rows of a tensor are read by heads: `qkv_fourAt`. */
function rowPart(name: string, tensor: Node, { head }: AttentionSizes): Part<Ref>[] {
  const constants = { COLUMNS4: storageOf(tensor.spec).columns4 };
  const bindings = { x: ref(tensor) };
  return scoped(name, [
    head % 4 === 0
      ? use(wgsl.attentionRow, { constants, bindings })
      : use(wgsl.attentionRowPartial, { constants, bindings }),
  ]);
}

/** How a result is written by heads. */
function writePart(node: Node, { head }: AttentionSizes): Part<Ref> {
  const { columns, columns4, paddedRows } = storageOf(node.spec);
  const constants = { RESULT_COLUMNS4: columns4, RESULT_ROWS: paddedRows };
  const bindings = { result: ref(node) };
  return head % 4 === 0
    ? use(wgsl.attentionWrite, { constants, bindings })
    : use(wgsl.attentionWritePartial, {
        constants: { ...constants, RESULT_COLUMNS: columns },
        bindings,
      });
}

function sumsPart(sums: Node): Part<Ref> {
  const { columns4, paddedRows } = storageOf(sums.spec);
  return use(wgsl.attentionSums, {
    constants: { SUM_COLUMNS4: columns4, SUM_ROWS: paddedRows },
    bindings: { headSums: ref(sums) },
  });
}

/** Invocations that keep a GPU busy. Fewer wait for their loads. */
const INVOCATIONS = 32768;

/**
 * Positions of an invocation: as many as there are registers for, of this many tensors of a head's width, if the GPU has enough
 * to do then. If loads are dear, more: neighbours share them.
 */
function positionsFor(sizes: AttentionSizes, tensors: number, dearLoads: boolean): number {
  const { samples, time, heads, head } = sizes;
  const registers = dearLoads && tensors > 2 ? 128 : 64;
  const busy = dearLoads ? 4 : Math.floor((samples * time * heads) / INVOCATIONS);
  const most = Math.floor(registers / (tensors * Math.ceil(head / 4)));
  return Math.max(1, Math.min(most, busy, time, 4));
}

/** The grid, and the constants that it depends on. */
function gridOf(sizes: AttentionSizes, tensors: number, dearLoads: boolean) {
  const { samples, time, heads, scale } = sizes;
  const positions = positionsFor(sizes, tensors, dearLoads);
  const groups = samples * Math.ceil(time / positions);
  return {
    grid: [Math.ceil(groups / 64), heads, 1] as const,
    constants: { QUERIES: positions, SCALE: scale },
  };
}

/** Multiply-adds of pairs of positions, twice. */
const flopOf = ({ samples, time, width }: AttentionSizes, products: number): number =>
  samples * time * (time + 1) * width * products;

/** The forward pass: the outputs, the logarithms of its sums, or both. */
function forward(
  { name, inputs: [qkv], attributes: { heads } }: Node<AttentionAttributes>,
  { outputs, sums }: { readonly outputs?: Node; readonly sums?: Node },
  { adapter }: KernelChoice,
): Dispatch {
  const sizes = sizesOf(qkv.spec, heads);
  const { grid, constants } = gridOf(sizes, 2, isSoftware(adapter));
  return {
    label: name,
    parts: [
      use(wgsl.attentionAttention, { constants }),
      shapePart(sizes),
      ...rowPart('qkv', qkv, sizes),
      outputs ? writePart(outputs, sizes) : use(wgsl.attentionNoWrite),
      sums ? sumsPart(sums) : use(wgsl.attentionNoSums),
    ],
    grid,
    flop: flopOf(sizes, 2),
  };
}

export const attentionOp: Op<AttentionAttributes> = {
  name: 'attention',
  residence: 'computed',
  infer: ([qkv], { heads }) => {
    const [samples, time, all] = qkv.shape;
    if (qkv.shape.length !== 3 || qkv.rowDims !== 2 || qkv.dtype !== 'f32' || all % (3 * heads)) {
      throw new ShapeError(
        `the input of causalAttention is ${describe(qkv)}; with ${heads} heads it must be [batch, T, 3 · heads · n] f32 with 2 dimensions of rows`,
      );
    }
    return spec([samples, time, all / 3], 'f32', 2);
  },
  gradient: (node, dy) => {
    const { graph, inputs, attributes } = node;
    const sums = graph.add(attentionSumsOp, inputs, attributes, 'attention sums');
    const dots = graph.add(headDotsOp, [dy, node], attributes, 'attention dots');
    const all = [dy, inputs[0], sums, dots];
    return [graph.add(attentionGradientOp, all, attributes, 'attention gradient')];
  },
  together: (node, others, choice) => {
    const sums = others.find(
      (other) =>
        isOf(other, attentionSumsOp) &&
        other.inputs[0] === node.inputs[0] &&
        other.attributes.heads === node.attributes.heads,
    );
    const dispatch = sums && forward(node, { outputs: node, sums }, choice);
    return sums && dispatch && { covers: [node, sums], dispatch };
  },
  dispatch: (node, choice) => forward(node, { outputs: node }, choice),
};

/** log Σ e^score of each position and head of queries, keys and values: [batch, T, heads]. */
export const attentionSumsOp: Op<AttentionAttributes> = {
  name: 'attentionSums',
  residence: 'computed',
  infer: ([{ shape }], { heads }) => spec([shape[0], shape[1], heads], 'f32', 2),
  dispatch: (node, choice) => forward(node, { sums: node }, choice),
};

/** The products of dy and y over the columns of each head: [batch, T, heads]. */
export const headDotsOp: Op<AttentionAttributes> = {
  name: 'headDots',
  residence: 'computed',
  infer: ([dy, y], { heads }) => {
    same('the gradient and the output of causalAttention', dy, y);
    return spec([dy.shape[0], dy.shape[1], heads], 'f32', 2);
  },
  dispatch: (node) => {
    const [dy, y] = node.inputs;
    const [samples, time, width] = dy.spec.shape;
    const sizes = sizesOf({ ...dy.spec, shape: [samples, time, 3 * width] }, node.attributes.heads);
    const parts = [
      use<'attention/dots', Ref>(wgsl.attentionDots),
      shapePart(sizes),
      ...rowPart('slope', dy, sizes),
      ...rowPart('output', y, sizes),
    ];
    return { ...mapDispatch(node, parts, 0), flop: 2 * samples * time * width };
  },
};

/** dL/d(queries, keys, values) from dy, these, the sums' logarithms, and the products of dy and y. */
export const attentionGradientOp: Op<AttentionAttributes> = {
  name: 'attentionGradient',
  residence: 'computed',
  infer: ([, qkv]) => qkv,
  dispatch: (node, { adapter }) => {
    const [dy, qkv, sums, dots] = node.inputs;
    const sizes = sizesOf(qkv.spec, node.attributes.heads);
    const { grid, constants } = gridOf(sizes, 4, isSoftware(adapter));
    return {
      label: node.name,
      parts: [
        use(wgsl.attentionGradient, {
          constants: { ...constants, SUM_COLUMNS4: storageOf(sums.spec).columns4 },
          bindings: { logSums: ref(sums), dots: ref(dots) },
        }),
        shapePart(sizes),
        ...rowPart('qkv', qkv, sizes),
        ...rowPart('slope', dy, sizes),
        writePart(node, sizes),
      ],
      grid,
      flop: flopOf(sizes, 7),
    };
  },
};

/**
 * Causal self-attention of each head: qkv[batch, T, 3 · C], whose thirds are queries, keys and values, gives [batch, T, C].
 * Heads are consecutive parts of the C columns. A position attends to itself and those before it: the softmax of
 * q · k / √(C / heads) weighs the values.
 *
 * @throws ShapeError if the shape does not fit; OptionError unless heads is an integer from 1 to 65535
 */
export function causalAttention(qkv: Node, heads: number): Node {
  const graph = graphOf('causalAttention()', qkv);
  checkInteger('causalAttention(): heads', heads, 1, 65535);
  return graph.add(attentionOp, [byLastDimension(qkv)], { heads });
}
