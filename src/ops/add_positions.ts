import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { describe, sizeOf, spec, storageOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { elementDispatch, elementParts, mapDispatch } from './map.ts';
import { overflow, ULP } from './rounding.ts';

export const addPositionsOp: Op<object> = {
  name: 'addPositions',
  residence: 'computed',
  infer: ([x, table]) => {
    const [, time, columns] = x.shape;
    const [rows, width] = table.shape;
    const fits = x.shape.length === 3 && x.rowDims === 2 && x.dtype === 'f32';
    if (!fits || table.shape.length !== 2 || width !== columns || rows < time) {
      throw new ShapeError(
        `addPositions of ${describe(x)} and ${describe(table)}; they must be [batch, T, C] with 2 dimensions of rows, and [T or more, C]`,
      );
    }
    return x;
  },
  gradient: ({ graph, inputs: [, table] }, dy, [wantX, wantTable]) => [
    wantX ? dy : null,
    wantTable ? graph.add(positionSumsOp, [dy], { rows: table.spec.shape[0] }) : null,
  ],
  element: ({ spec: { shape }, inputs: [, table] }) =>
    elementParts(
      use(wgsl.elementAddPositions, {
        constants: {
          TIME: shape[1],
          POSITION_COLUMN4_COUNT: storageOf(table.spec).columns4,
        },
        bindings: { positions: ref(table) },
      }),
    ),
  dispatch: (node) => elementDispatch(node),
};

export const addPositionsReference: Reference = ({ spec: { shape } }, [x, table]) => {
  const size = shape[1] * shape[2];
  const data = x.data.map((value, i) => value + table.data[i % size]);
  const error = data.map((value, i) => x.error[i] + table.error[i % size] + ULP * Math.abs(value));
  return { data, error };
};

/** The sum over the samples of dy[batch, T, C]: [rows, C], with zeros from T on. */
export const positionSumsOp: Op<{ readonly rows: number }> = {
  name: 'positionSums',
  residence: 'computed',
  infer: ([dy], { rows }) => spec([rows, dy.shape[2]]),
  dispatch: (node) => {
    const [dy] = node.inputs;
    const [samples, time] = dy.spec.shape;
    const constants = { SAMPLES: samples, TIME: time };
    const parts: readonly Part<Ref>[] = [
      use(wgsl.reducePositionSums, { constants, bindings: { slope: ref(dy) } }),
    ];
    return { ...mapDispatch(node, parts, 0), flop: sizeOf(dy.spec.shape) };
  },
};

export const positionSumsReference: Reference<{ readonly rows: number }> = (
  { attributes: { rows }, inputs: [{ spec }] },
  [dy],
) => {
  const [samples, time, columns] = spec.shape;
  const sums = (of: (at: number) => number): Float64Array => {
    const all = new Float64Array(rows * columns);
    for (let i = 0; i < dy.data.length; i++) all[i % (time * columns)] += of(i);
    return all;
  };
  const size = sums((i) => Math.abs(dy.data[i]) + dy.error[i]);
  const carried = sums((i) => dy.error[i]);
  return {
    data: sums((i) => dy.data[i]),
    error: carried.map((off, i) => off + samples * ULP * size[i] + overflow(size[i])),
  };
};

/**
 * x[batch, T, C] plus the first T rows of a table [rows, C], in each sample.
 *
 * @throws ShapeError if the shapes do not fit
 */
export const addPositions = (x: Node, table: Node): Node =>
  graphOf('addPositions()', x).add(addPositionsOp, [x, table], {});
