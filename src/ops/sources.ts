import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { checkGraph, type Graph, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { sizeOf, spec } from '../graph/tensor.ts';
import { exact, type Reference, type World } from '../graph/value.ts';

export interface ShapeAttributes {
  readonly shape: readonly number[];
}

/** Parameters and inputs are in the world. */
export const externalReference: Reference<ShapeAttributes> = (node, _, world) => {
  const value = world.tensors.get(node.name);
  if (value === undefined || value.data.length !== sizeOf(node.spec.shape)) {
    throw new ShapeError(
      `the reference was given ${value ? `${value.data.length} elements` : 'nothing'} for ${node.name}; it needs ${sizeOf(node.spec.shape)}`,
    );
  }
  return value;
};

const parameterOp: Op<ShapeAttributes> = {
  name: 'parameter',
  residence: 'external',
  infer: (_, { shape }) => spec(shape),
};

/** A tensor that training updates. Its name must be unique in the graph. */
export function parameter(graph: Graph, name: string, shape: readonly number[]): Node {
  checkGraph('parameter()', graph);
  return graph.add(parameterOp, [], { shape }, name);
}

/** Whether a node is a parameter. */
export const isParameter = (node: Node): boolean => node.op === (parameterOp as Op<object>);

const inputOp: Op<ShapeAttributes> = {
  name: 'input',
  residence: 'external',
  infer: (_, { shape }) => spec(shape),
};

/** A tensor that the caller fills. Its name must be unique in the graph. */
export function input(graph: Graph, name: string, shape: readonly number[]): Node {
  checkGraph('input()', graph);
  return graph.add(inputOp, [], { shape }, name);
}

/** Whether a node is an input. */
export const isInput = (node: Node): boolean => node.op === (inputOp as Op<object>);

/** What a loss compares of a model's outputs: the width of a row, and the rows of a sample, its positions. */
export interface OutputRows {
  readonly positions: number;
  readonly width: number;
}

/** A class for each row of the outputs, if a sample has several rows. */
export interface LabelSource {
  /** Rows of a sample. */
  readonly positions: number;
  /** Declare `labelOfRow`. */
  parts(batch: number): readonly Part<Ref>[];
  /** The class of a sample's position, for the reference. */
  at(world: World, sample: number, position: number): number;
}

export interface LabelAttributes {
  /** Rows of the outputs. */
  readonly batch: number;
  /** Default: the class of each sample. */
  readonly source?: LabelSource | undefined;
}

/** The parts that read the data set's labels, where they lie. */
export const dataLabels = ({ attributes }: Node): readonly Part<Ref>[] => {
  const { batch, source } = attributes as LabelAttributes;
  return source ? source.parts(batch / source.positions) : [use(wgsl.targetLabel)];
};

const labelsOp: Op<LabelAttributes> = {
  name: 'labels',
  residence: 'computed',
  infer: (_, { batch }) => spec([batch], 'u32'),
  dispatch: (node) => ({
    label: node.name,
    parts: [
      use(wgsl.targetBatchLabels, { bindings: { classes: ref(node) } }),
      use(wgsl.stepBatch, { constants: { BATCH: node.attributes.batch } }),
      ...dataLabels(node),
    ],
    grid: [Math.ceil(node.attributes.batch / 64), 1, 1],
    flop: 0,
  }),
};

export const labelsReference: Reference<LabelAttributes> = (
  { attributes: { batch, source } },
  _,
  world,
) => {
  const { labels, indices } = world;
  if (!source) return exact(Float64Array.from(indices, (i) => labels[i]));
  const { positions } = source;
  return exact(
    Float64Array.from({ length: batch }, (_, row) =>
      source.at(world, indices[Math.floor(row / positions)], row % positions),
    ),
  );
};

/** The class of each row of the batch: [batch] u32. */
export function labels(graph: Graph, batch: number): Node {
  checkGraph('labels()', graph);
  return graph.add(labelsOp, [], { batch });
}

/** The class of each position of the samples of a batch: [rows] u32. */
export const labelsFrom = (graph: Graph, rows: number, source?: LabelSource): Node =>
  graph.add(labelsOp, [], { batch: rows, source });

/** Whether a node is the data set's labels, which fused kernels read directly. */
export const isLabels = (node: Node): boolean => node.op === (labelsOp as Op<object>);
