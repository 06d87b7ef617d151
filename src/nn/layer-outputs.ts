import { describe, isA, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Node } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';
import { concat } from '../ops/concat.ts';
import { flatten } from '../ops/view.ts';
import { INNER, type Inner, type Layer } from './layers/layer.ts';
import { pathOf } from './layers/parameters.ts';
import { Sequential } from './layers/sequential.ts';
import type { Model } from './model.ts';

/** The output of a layer, as a part of each row of a {@link LayerOutputs}. */
export interface LayerOutput {
  /** The layer's name, as in its parameters' names: `3`, or of an inner layer `3.0`. */
  readonly name: string;
  /** As `conv2d 1→32, 3×3`. */
  readonly kind: string;
  /** Of a sample; images are [height, width, channels]. */
  readonly shape: readonly number[];
  /** Where it begins in a row, and how many numbers it has. */
  readonly first: number;
  readonly size: number;
}

/** A model whose outputs are those of some layers of another one. */
export interface LayerOutputs extends Model {
  /** Where each layer's output is in a row, in the order that was asked for. */
  readonly parts: readonly LayerOutput[];
}

type Place = Omit<LayerOutput, 'first' | 'size'>;

/** Layers' names beside each other, and where the parameters are that each one uses, as Sequential has them. */
function pathsOf(layers: readonly Layer[]): {
  readonly names: readonly string[];
  readonly paths: readonly string[];
} {
  const names = layers.map(({ name }, i) => name ?? String(i));
  return { names, paths: layers.map(({ of }, i) => names[of ? layers.indexOf(of) : i]) };
}

/** Whether it is one of ours, not of a caller's class that builds something else. */
const isPlain = (given: unknown): given is Sequential =>
  isA(given, Sequential) && given.build === Sequential.prototype.build;

/** What a layer is made of; undefined if it is one by itself. */
const innerOf = (one: Layer): Inner | undefined =>
  one[INNER] ?? (isPlain(one) ? { layers: one.layers, end: (y) => y } : undefined);

/** All layers in the order in which they are done: those inside of a layer before it. */
function placesOf(layers: readonly Layer[], path: string, input: readonly number[]): Place[] {
  const { names } = pathsOf(layers);
  let shape = input;
  return layers.flatMap((one, i) => {
    const name = pathOf(path, names[i]);
    const inner = innerOf(one);
    const inside = inner ? placesOf(inner.layers, name, shape) : [];
    shape = one.shape(shape);
    return [...inside, { name, kind: one.kind, shape }];
  });
}

/** Adds layers to the graph of x, and each one's output to `made` by its name. */
function buildAll(
  layers: readonly Layer[],
  path: string,
  x: Node,
  training: boolean,
  made: Map<string, Node>,
): Node {
  const { names, paths } = pathsOf(layers);
  return layers.reduce((input, one, i) => {
    const name = pathOf(path, names[i]);
    const inner = innerOf(one);
    const output = inner
      ? inner.end(buildAll(inner.layers, name, input, training, made), input)
      : one.build(input, pathOf(path, paths[i]), training);
    made.set(name, output);
    return output;
  }, x);
}

/** Adds a model to the graph of x, as for inference. @returns each layer's output, by the layer's name */
export function buildLayers({ layers }: Sequential, x: Node): ReadonlyMap<string, Node> {
  const made = new Map<string, Node>();
  buildAll(layers, '', x, false, made);
  return made;
}

/** Rows one behind the other; in halves, so that little is copied often. */
function joined(all: readonly Node[]): Node {
  if (all.length === 1) return all[0];
  const half = all.length >> 1;
  return concat(joined(all.slice(0, half)), joined(all.slice(half)));
}

/**
 * A model that computes the outputs of layers inside of another: feature maps, or features for another network. It has the other
 * one's parameters by the same names, as far as these layers need them. So `trainer.inference({ model })` computes with the
 * trainer's weights while it trains, and `Inference.create` with weights of a file.
 *
 * @param model whose layers
 * @param names of the layers, as in parameters' names: `0`, or of an inner layer `3.0`. Default all, inner ones before the layer
 *   that they are in
 * @returns the outputs of all these layers for a sample, one behind the other; `parts` says where each one is
 * @throws OptionError if the model is not a Sequential, or has no such layer
 * @example
 * const maps = layerOutputs(model, ['0', '3']);
 * const inference = await trainer.inference({ batch: 1, model: maps });
 * const row = await inference.predict(image);
 * const { first, size, shape } = maps.parts[1]; // of layer 3: [height, width, channels]
 * const features = row.subarray(first, first + size);
 */
export function layerOutputs(model: Sequential, names?: readonly string[]): LayerOutputs {
  if (!isPlain(model)) {
    throw new OptionError(
      `layerOutputs(): ${describe(model)} was given; use a new Sequential(inputShape, layers)`,
    );
  }
  const { inputShape, kind, layers } = model;
  const places = placesOf(layers, '', inputShape);
  const known = places.map(({ name }) => name);
  const wanted: unknown = names ?? known;
  if (!isArray(wanted) || wanted.length === 0 || new Set(wanted).size < wanted.length) {
    throw new OptionError(
      `layerOutputs(): ${describe(names)} was given for the names; use a list of different layers, as ['${known[0]}']`,
    );
  }
  let first = 0;
  const parts = [...wanted].map((name) => {
    const place = places.find((one) => one.name === name);
    if (!place) {
      throw new OptionError(
        `layerOutputs(): the model has no layer ${describe(name)}; it has ${known.join(', ')}`,
      );
    }
    const size = sizeOf(place.shape);
    const part = Object.freeze({ ...place, first, size });
    first += size;
    return part;
  });
  // What comes after the last one is not needed.
  const { names: own, paths } = pathsOf(layers);
  const last = Math.max(...parts.map(({ name }) => own.indexOf(name.split('.')[0])));
  const needed = layers.slice(0, last + 1);
  const used = new Set(paths.slice(0, last + 1));
  return Object.freeze({
    kind: `outputs of ${parts.map(({ name }) => name).join(', ')} in ${kind}`,
    inputShape,
    outputShape: Object.freeze([first]),
    parameters: Object.freeze(model.parameters.filter(({ name }) => used.has(name.split('.')[0]))),
    parts: Object.freeze(parts),
    build: (x: Node, training: boolean) => {
      const made = new Map<string, Node>();
      buildAll(needed, '', x, training, made);
      return joined(parts.flatMap(({ name }) => made.get(name) ?? []).map(flatten));
    },
  });
}
