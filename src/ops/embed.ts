import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref, type Storing } from '../graph/op.ts';
import { asMatrix, describe, sizeOf, spec, storageOf, type TensorSpec } from '../graph/tensor.ts';
import type { Reference, Value } from '../graph/value.ts';
import { gemmDispatch } from './gemm/dispatch.ts';
import { linearGrid, trimFor } from './map.ts';
import { overflow, ULP } from './rounding.ts';

/** @throws ShapeError unless they are tokens [batch, …] and a table [rows, columns] */
function check(tokens: TensorSpec, table: TensorSpec): void {
  if (tokens.dtype !== 'f32' || tokens.shape.length < 2 || (tokens.rowDims ?? 1) !== 1) {
    throw new ShapeError(
      `the tokens of embed are ${describe(tokens)}; they must be [batch, …] f32`,
    );
  }
  if (table.shape.length !== 2) {
    throw new ShapeError(
      `the table of embed is ${describe(table)}; it must be [rows, columns] f32`,
    );
  }
}

/** The part that reads the tokens of a batch. */
function tokensPart(tokens: Node, tableRows: number): Part<Ref> {
  const { columns } = storageOf(tokens.spec);
  return use(wgsl.loadBatchTokens, {
    constants: {
      POSITIONS: columns,
      POSITION_ROWS: sizeOf(tokens.spec.shape),
      TABLE_ROWS: tableRows,
    },
    bindings: { batchTokens: ref(tokens) },
  });
}

function forward(node: Node): Storing {
  const { spec, name, inputs } = node;
  const [tokens, table] = inputs;
  const { rows, columns, paddedRows, columns4 } = storageOf(spec);
  const { grid, width } = linearGrid(paddedRows * columns4);
  const parts: readonly Part<Ref>[] = [
    use(wgsl.mapStored, { constants: { GRID_WIDTH: width } }),
    use(wgsl.gemmShape, { constants: { M: rows, N: columns, K: 1 } }),
    use(wgsl.mapEmbed, { bindings: { table: ref(table) } }),
    tokensPart(tokens, table.spec.shape[0]),
  ];
  return {
    parts,
    dispatch: (store) => ({ label: name, parts: [...parts, ...store], grid, flop: 0 }),
  };
}

export const embedOp: Op<object> = {
  name: 'embed',
  residence: 'computed',
  infer: ([tokens, table]) => {
    check(tokens, table);
    return spec([...tokens.shape, table.shape[1]], 'f32', tokens.shape.length);
  },
  gradient: ({ graph, inputs: [tokens, table] }, dy, [wantTokens, wantTable]) => {
    if (wantTokens) throw new ShapeError('embed has no gradient towards its tokens');
    const rows = table.spec.shape[0];
    const slope = (): Node => graph.add(embedGradientOp, [dy, tokens], { rows }, 'embed gradient');
    return [null, wantTable ? slope() : null];
  },
  storing: forward,
  dispatch: (node) =>
    forward(node).dispatch([
      use(wgsl.storeMatrix, { bindings: { c: ref(node) } }),
      trimFor(node.spec),
    ]),
};

/** The row of the table for each token: what is no row counts as the last. */
const rowOf = (token: number, rows: number): number =>
  Math.min(Math.max(0, Math.floor(token)), rows - 1);

export const embedReference: Reference = ({ inputs: [, table] }, [tokens, values]) => {
  const [rows, columns] = table.spec.shape;
  const gathered = (from: Float64Array): Float64Array =>
    Float64Array.from(
      { length: tokens.data.length * columns },
      (_, i) => from[rowOf(tokens.data[Math.floor(i / columns)], rows) * columns + (i % columns)],
    );
  return { data: gathered(values.data), error: gathered(values.error) };
};

/** The gradient of the table: a product of the tokens' unit vectors, which are made where they are read. */
export const embedGradientOp: Op<{ readonly rows: number }> = {
  name: 'embedGradient',
  residence: 'computed',
  infer: ([dy], { rows }) => spec([rows, asMatrix('the gradient of embed', dy)[1]]),
  dispatch: (node, choice) => {
    const [dy, tokens] = node.inputs;
    const { rows: count } = storageOf(dy.spec);
    const { rows, columns } = storageOf(node.spec);
    return gemmDispatch(choice, {
      label: node.name,
      m: rows,
      n: columns,
      k: count,
      a: { parts: [use(wgsl.loadATokens), tokensPart(tokens, rows)], alongK: true },
      b: { parts: [use(wgsl.loadBRows, { bindings: { b: ref(dy) } })], alongK: false },
      store: [use(wgsl.storeMatrix, { bindings: { c: ref(node) } }), trimFor(node.spec)],
    });
  },
};

export const embedGradientReference: Reference<{ readonly rows: number }> = (
  { attributes: { rows }, spec: { shape } },
  [dy, tokens],
) => {
  const columns = shape[1];
  const sums = (of: (at: number) => number): Float64Array => {
    const all = new Float64Array(rows * columns);
    dy.data.forEach((_, at) => {
      all[rowOf(tokens.data[Math.floor(at / columns)], rows) * columns + (at % columns)] += of(at);
    });
    return all;
  };
  const size = sums((at) => Math.abs(dy.data[at]) + dy.error[at]);
  const counts = sums(() => 1);
  const carried = sums((at) => dy.error[at]);
  const value: Value = {
    data: sums((at) => dy.data[at]),
    // Products by 0 and by 1 are exact, and so are sums with 0.
    error: carried.map((off, i) => off + counts[i] * ULP * size[i] + overflow(size[i])),
  };
  return value;
};

/**
 * The row of a table for each token: tokens [batch, T] and a table [rows, C] give [batch, T, C], with two dimensions of rows.
 * Tokens are integers as f32; what is no row of the table counts as the last one.
 *
 * @throws ShapeError if the shapes do not fit
 */
export const embed = (tokens: Node, table: Node): Node =>
  graphOf('embed()', tokens).add(embedOp, [tokens, table], {});
