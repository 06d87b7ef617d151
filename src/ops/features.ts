import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import type { ShaderFile } from '../gpu/shader-file.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { Op, Ref } from '../graph/op.ts';
import { spec, storageOf } from '../graph/tensor.ts';
import type { Reference, World } from '../graph/value.ts';
import { mapDispatch } from './map.ts';
import { DIVISION, ULP } from './rounding.ts';

/** Where the features of a sample come from. */
export type FeatureSource =
  /** The data set's images: byte / 255 · scale + shift. */
  | { readonly kind: 'pixels'; readonly scale: number; readonly shift: number }
  /** f32 [samples, features] in a buffer of the program's. */
  | { readonly kind: 'values'; readonly name: string }
  /** `valueAt(sample, column)` of the caller's, and the program's buffers for its bindings. */
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly file: ShaderFile;
      /** Names of the program's buffers, by the names of the bindings. */
      readonly bindings: Readonly<Record<string, string>>;
    };

export interface FeatureAttributes {
  readonly shape: readonly number[];
  readonly source: FeatureSource;
}

/** How many storage buffers reading features takes. */
export function bindingsOf(source: FeatureSource): number {
  return source.kind === 'function' ? Object.keys(source.bindings).length : 1;
}

function loadParts({ shape, source }: FeatureAttributes): readonly Part<Ref>[] {
  const { columns, columns4 } = storageOf(shape);
  const program = (name: string): Ref => ({ kind: 'program', name });
  if (source.kind === 'pixels') {
    const { scale, shift } = source;
    return [use(wgsl.loadPixels, { constants: { PIXEL_SCALE: scale, PIXEL_SHIFT: shift } })];
  }
  if (source.kind === 'function') {
    const { file } = source;
    const bindings = Object.entries(source.bindings).map(([own, name]) => [own, program(name)]);
    return [
      use(wgsl.loadFunction, { constants: { FUNCTION_COLUMN4_COUNT: columns4 } }),
      { name: file.name, file, constants: {}, bindings: Object.fromEntries(bindings) },
    ];
  }
  const bindings = { values: program(source.name) };
  if (columns === 4 * columns4) return [use(wgsl.loadValues, { bindings })];
  return [use(wgsl.loadValuesPartial, { constants: { VALUES: columns }, bindings })];
}

/** The shader parts that read the features of the batch's samples, for kernels that gather them. */
export function featureParts(attributes: FeatureAttributes): readonly Part<Ref>[] {
  const { columns, columns4 } = storageOf(attributes.shape);
  return [
    ...loadParts(attributes),
    columns === 4 * columns4
      ? use(wgsl.loadFeaturesFull)
      : use(wgsl.loadFeaturesPartial, { constants: { FEATURES: columns } }),
  ];
}

export const featuresOp: Op<FeatureAttributes> = {
  name: 'features',
  residence: 'computed',
  infer: (_, { shape }) => spec(shape),
  dispatch: (node) => mapDispatch(node, [use(wgsl.mapGather), ...loadParts(node.attributes)], 2),
};

export const featuresReference: Reference<FeatureAttributes> = (
  { attributes: { shape, source } },
  _,
  world,
) => {
  const { rows, columns } = storageOf(shape);
  const data = new Float64Array(rows * columns);
  const error = new Float64Array(rows * columns);
  const given = source.kind === 'pixels' ? undefined : samplesNamed(source.name, columns, world);
  for (let i = 0; i < data.length; i++) {
    const at = world.indices[Math.floor(i / columns)] * columns + (i % columns);
    if (source.kind === 'pixels') {
      const { scale, shift } = source;
      const x = world.images[at] / 255;
      data[i] = x * scale + shift;
      // byte / 255, times a rounded scale, plus a rounded shift.
      const product = Math.abs(x * scale);
      error[i] = product * (DIVISION + 2 * ULP) + ULP * (Math.abs(shift) + Math.abs(data[i]));
      if (scale === 1 && shift === 0) error[i] = x * DIVISION;
    } else if (given) {
      data[i] = given.data[at];
      error[i] = given.error[at];
    }
  }
  return { data, error };
};

/** What the world holds for all samples of a source, row by row. */
function samplesNamed(name: string, columns: number, { tensors, indices }: World) {
  const value = tensors.get(name);
  const least = (Math.max(...indices) + 1) * columns;
  if (value === undefined || value.data.length < least) {
    throw new ShapeError(
      `the reference was given ${value ? `${value.data.length} elements` : 'nothing'} for ${name}; it needs ${columns} a sample`,
    );
  }
  return value;
}

/**
 * The batch's samples from any source.
 *
 * @param shape [batch, …]; the sizes after the first multiply to the features of a sample
 */
export function features(graph: Graph, shape: readonly number[], source: FeatureSource): Node {
  const name = source.kind === 'pixels' ? source.kind : source.name;
  return graph.add(featuresOp, [], { shape, source }, name);
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
  return features(graph, shape, {
    kind: 'pixels',
    scale: 1 / deviation,
    shift: -mean / deviation,
  });
}
