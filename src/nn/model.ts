import { describe, isArray, isObject } from '../check.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkNode, type Node } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';
import { isParameter, type OutputRows } from '../ops/sources.ts';
import { initialOf, isShape, isSpec, type ParameterSpec } from './layers/parameters.ts';

/** A network: `Sequential`, what `model()` and `mlp()` return, or an object of your own. */
export interface Model {
  /** A description for people and checkpoints: models that differ have different ones. */
  readonly kind: string;
  /** Shape of a sample, e.g. [28, 28]. */
  readonly inputShape: readonly number[];
  /** Shape of a sample's output: a vector, [10], or one of several dimensions, as [64, 10] with 10 outputs at 64 positions. */
  readonly outputShape: readonly number[];
  /** All that it learns, and state that it keeps, in PyTorch's shapes; the names are unique. */
  readonly parameters: readonly ParameterSpec[];
  /**
   * Adds the model to the graph of x[batch, …].
   *
   * @param training whether dropout drops, and batch norms use the statistics of the batch
   * @returns [batch, …outputShape]
   */
  build(x: Node, training: boolean): Node;
}

/** The outputs of a class each: the last dimension, at each place of the others. Of values: all of a sample. */
export function rowsOf(
  { outputShape }: Pick<Model, 'outputShape'>,
  target: 'label' | 'input' | 'value' | undefined,
): OutputRows {
  const size = sizeOf(outputShape);
  const width = target === 'label' ? (outputShape.at(-1) ?? 1) : size;
  return { positions: size / width, width };
}

/** A model's output shape. @throws ShapeError unless it is a list of sizes */
export function checkOutput(shape: readonly number[]): readonly number[] {
  if (isShape(shape) && shape.length > 0) return Object.freeze([...shape]);
  throw new ShapeError(`the model's output is ${describe(shape)} a sample; use a list of sizes`);
}

/** @throws OptionError unless it is a model; ShapeError unless its output has a shape. */
export function checkModel(what: string, given: unknown): asserts given is Model {
  if (
    isObject(given) &&
    typeof given.kind === 'string' &&
    isShape(given.inputShape) &&
    isArray(given.parameters) &&
    [...given.parameters].every(isSpec) &&
    typeof given.build === 'function'
  ) {
    checkOutput(given.outputShape as readonly number[]);
    return;
  }
  throw new OptionError(
    `${what} ${describe(given)} was given; use a new Sequential(inputShape, layers), or mlp()`,
  );
}

/**
 * Adds a model to the graph of x[batch, …].
 *
 * @throws OptionError if it builds other outputs or parameters than it states
 */
export function buildModel(model: Model, x: Node, training: boolean): Node {
  const y = model.build(x, training);
  checkNode('the model', y);
  const text = (all: readonly { readonly name: string }[], shape: readonly number[]): string =>
    `[${shape}] of ${all.map(({ name }) => name).sort()}`;
  const made = text(x.graph.nodes.filter(isParameter), y.spec.shape);
  const stated = text(model.parameters, [x.spec.shape[0], ...model.outputShape]);
  if (made === stated) return y;
  throw new OptionError(`the model's build() made ${made}; it states ${stated}`);
}

/** Initial parameters from a seed's key, in PyTorch's layout, by name. */
export function initialize(
  { parameters }: Model,
  key: readonly [number, number],
): Map<string, Float32Array> {
  if (!isArray(key) || key.length !== 2 || !key.every(Number.isInteger)) {
    throw new OptionError(`initialize: key ${describe(key)} was given; use two integers`);
  }
  return new Map(parameters.map((spec, stream) => [spec.name, initialOf(spec, stream, key)]));
}
