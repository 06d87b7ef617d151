import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { sizeOf, spec, storageOf } from '../graph/tensor.ts';
import { exact, type Reference } from '../graph/value.ts';
import { mapDispatch } from './map.ts';
import { DIVISION, ULP } from './rounding.ts';

interface ShapeAttributes {
  readonly shape: readonly number[];
}

/** Parameters and inputs are what the world says. */
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

/** A tensor that training changes; its name is unique in the graph. */
export function parameter(graph: Graph, name: string, shape: readonly number[]): Node {
  return graph.add(parameterOp, [], { shape }, name);
}

/** Whether a node is a parameter. */
export const isParameter = (node: Node): boolean => node.op === (parameterOp as Op<object>);

const inputOp: Op<ShapeAttributes> = {
  name: 'input',
  residence: 'external',
  infer: (_, { shape }) => spec(shape),
};

/** A tensor that the caller fills; its name is unique in the graph. */
export function input(graph: Graph, name: string, shape: readonly number[]): Node {
  return graph.add(inputOp, [], { shape }, name);
}

/** Whether a node is an input. */
export const isInput = (node: Node): boolean => node.op === (inputOp as Op<object>);

export interface PixelAttributes {
  readonly shape: readonly number[];
  /** The network sees byte / 255 · scale + shift. */
  readonly scale: number;
  readonly shift: number;
}

/** The shader parts that read the batch's images from bytes. */
export function pixelParts({ shape, scale, shift }: PixelAttributes): readonly Part<Ref>[] {
  const { columns, columns4 } = storageOf(shape);
  return [
    use(wgsl.loadPixels, { constants: { PIXEL_SCALE: scale, PIXEL_SHIFT: shift } }),
    columns === 4 * columns4
      ? use(wgsl.loadPixelsFull)
      : use(wgsl.loadPixelsPartial, { constants: { PIXELS: columns } }),
  ];
}

export const pixelsOp: Op<PixelAttributes> = {
  name: 'pixels',
  residence: 'computed',
  infer: (_, { shape }) => spec(shape),
  dispatch: (node) => mapDispatch(node, [use(wgsl.mapGather), ...gatherParts(node.attributes)], 2),
};

export const pixelsReference: Reference<PixelAttributes> = (
  { attributes: { shape, scale, shift } },
  _,
  { images, indices },
) => {
  const { rows, columns } = storageOf(shape);
  const data = new Float64Array(rows * columns);
  const error = new Float64Array(rows * columns);
  for (let i = 0; i < data.length; i++) {
    const x = images[indices[Math.floor(i / columns)] * columns + (i % columns)] / 255;
    data[i] = x * scale + shift;
    // byte / 255, times a rounded scale, plus a rounded shift.
    const product = Math.abs(x * scale);
    error[i] = product * (DIVISION + 2 * ULP) + ULP * (Math.abs(shift) + Math.abs(data[i]));
    if (scale === 1 && shift === 0) error[i] = x * DIVISION;
  }
  return { data, error };
};

function gatherParts({ scale, shift }: PixelAttributes): readonly Part<Ref>[] {
  return [use(wgsl.loadPixels, { constants: { PIXEL_SCALE: scale, PIXEL_SHIFT: shift } })];
}

/**
 * The batch's images as floats, byte / 255, standardised if asked: (x − mean) / deviation.
 *
 * @param shape [batch, …]; the sizes after the first multiply to the bytes of an image
 */
export function pixels(
  graph: Graph,
  shape: readonly number[],
  normalize: readonly [mean: number, deviation: number] | null = null,
): Node {
  const [mean, deviation] = normalize ?? [0, 1];
  return graph.add(pixelsOp, [], { shape, scale: 1 / deviation, shift: -mean / deviation });
}

const labelsOp: Op<{ readonly batch: number }> = {
  name: 'labels',
  residence: 'computed',
  infer: (_, { batch }) => spec([batch], 'u32'),
  dispatch: (node) => ({
    label: node.name,
    parts: [
      use(wgsl.targetBatchLabels, { bindings: { classes: ref(node) } }),
      use(wgsl.stepBatch, { constants: { BATCH: node.attributes.batch } }),
      use(wgsl.targetLabel),
    ],
    grid: [Math.ceil(node.attributes.batch / 64), 1, 1],
    flop: 0,
  }),
};

export const labelsReference: Reference<{ readonly batch: number }> = (
  _,
  __,
  { labels, indices },
) => exact(Float64Array.from(indices, (i) => labels[i]));

/** The class of each row of the batch: [batch] u32. */
export function labels(graph: Graph, batch: number): Node {
  return graph.add(labelsOp, [], { batch });
}

/** Whether a node is the data set's labels, which fused kernels read by themselves. */
export const isLabels = (node: Node): boolean => node.op === (labelsOp as Op<object>);

const reshapeOp: Op<ShapeAttributes> = {
  name: 'reshape',
  residence: 'alias',
  infer: ([x], { shape }) => {
    const from = storageOf(x.shape);
    const to = storageOf(shape);
    if (from.rows !== to.rows || from.columns !== to.columns) {
      throw new ShapeError(
        `reshape from [${x.shape.join(', ')}] to [${shape.join(', ')}]; the first size and the product of the others must stay`,
      );
    }
    return { shape, dtype: x.dtype };
  },
  gradient: ({ inputs: [x] }, dy) => [reshape(dy, x.spec.shape)],
};

export const reshapeReference: Reference<ShapeAttributes> = (_, [x]) => x;

/** The same elements under another shape; the first size stays. */
export function reshape(x: Node, shape: readonly number[]): Node {
  if (x.spec.shape.join() === shape.join()) return x;
  return x.graph.add(reshapeOp, [x], { shape });
}

/** [batch, …] as [batch, product of the rest]. */
export function flatten(x: Node): Node {
  const { rows, columns } = storageOf(x.spec.shape);
  return reshape(x, [rows, columns]);
}
