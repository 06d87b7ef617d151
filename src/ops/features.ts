import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import type { ShaderFile } from '../gpu/shader-file.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { Op, Ref } from '../graph/op.ts';
import { spec, storageOf } from '../graph/tensor.ts';
import type { Reference, Value, World } from '../graph/value.ts';
import { mapDispatch } from './map.ts';
import { DIVISION, overflow, TINY, ULP } from './rounding.ts';

/** The source of the samples' features. */
export type FeatureSource =
  /** The data set's images: byte / 255 · scale + shift. */
  | { readonly kind: 'pixels'; readonly scale: number; readonly shift: number }
  /** f32 [samples, features] in a buffer of the program. */
  | { readonly kind: 'values'; readonly name: string }
  /** Tokens in a buffer of the program, see tokens.ts. */
  | {
      readonly kind: 'tokens';
      readonly name: string;
      /** Declare `featuresAt`. */
      readonly parts: readonly Part<Ref>[];
      /** A number of a sample, for the reference. */
      at(world: World, sample: number, column: number): number;
    }
  /** The caller's function `valueAt(sample, column)`, and the program's buffers for its bindings. */
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
  /** The program's buffer of means and factors to standardise with; see standard.ts. Default none. */
  readonly standard?: string;
}

/** The number of storage buffers that reading the features needs. */
export function bindingsOf({ source, standard }: FeatureAttributes): number {
  const own = source.kind === 'function' ? Object.keys(source.bindings).length : 1;
  return own + (standard ? 1 : 0);
}

const program = (name: string): Ref => ({ kind: 'program', name });

function loadParts({ shape, source }: FeatureAttributes): readonly Part<Ref>[] {
  const { columns, columns4 } = storageOf(shape);
  if (source.kind === 'tokens') return source.parts;
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
  const { standard } = attributes;
  if (standard) {
    const [constants, bindings] = [{ FEATURES: columns }, { standard: program(standard) }];
    return [...loadParts(attributes), use(wgsl.loadFeaturesStandardised, { constants, bindings })];
  }
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
  dispatch: (node) =>
    mapDispatch(
      node,
      node.attributes.standard
        ? [use(wgsl.mapGatherTrimmed), ...featureParts(node.attributes)]
        : [use(wgsl.mapGather), ...loadParts(node.attributes)],
      2,
    ),
};

export const featuresReference: Reference<FeatureAttributes> = (
  { attributes: { shape, source, standard } },
  _,
  world,
) => {
  const { rows, columns } = storageOf(shape);
  const data = new Float64Array(rows * columns);
  const error = new Float64Array(rows * columns);
  const isGiven = source.kind !== 'pixels' && source.kind !== 'tokens';
  const given = isGiven ? samplesNamed(source.name, columns, world) : undefined;
  for (let i = 0; i < data.length; i++) {
    const sample = world.indices[Math.floor(i / columns)];
    const at = sample * columns + (i % columns);
    if (source.kind === 'tokens') data[i] = source.at(world, sample, i % columns);
    else if (source.kind === 'pixels') {
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
  if (standard) standardise({ data, error }, columns, world.tensors.get(standard)?.data ?? []);
  return { data, error };
};

/** (x − mean − the mean's rest) · factor, with a bound that allows either order of the differences. */
function standardise({ data, error }: Value, columns: number, words: ArrayLike<number>): void {
  for (let i = 0; i < data.length; i++) {
    const at = 12 * Math.floor((i % columns) / 4) + ((i % columns) % 4);
    const [mean, rest, factor] = [words[at], words[at + 4], words[at + 8]];
    const met = Math.abs(data[i]) + Math.abs(mean) + Math.abs(rest);
    data[i] = (data[i] - mean - rest) * factor;
    error[i] = Math.abs(factor) * (error[i] + 2.5 * ULP * met) + ULP * Math.abs(data[i]);
    error[i] += TINY * (1 + 2 * Math.abs(factor)) + overflow(met);
  }
}

/** The world's values for all samples of a source, row by row. */
export function samplesNamed(name: string, columns: number, { tensors, indices }: World) {
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
 * @param standard the program's buffer of means and factors to standardise with; default not standardised
 */
export function features(
  graph: Graph,
  shape: readonly number[],
  source: FeatureSource,
  standard?: string,
): Node {
  const name = source.kind === 'pixels' ? source.kind : source.name;
  const attributes = { shape, source, ...(standard ? { standard } : {}) };
  return graph.add(featuresOp, [], attributes, name);
}

/**
 * The batch's images as floats, byte / 255; with `normalize`, standardised: (x − mean) / deviation.
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
