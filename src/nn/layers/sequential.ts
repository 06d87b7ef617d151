import { describe, isArray } from '../../check.ts';
import { OptionError, ShapeError } from '../../errors.ts';
import { checkNode, type Node } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { add } from '../../ops/add.ts';
import { checkOutput, initialize, type Model } from '../model.ts';
import { checkLayer, INNER, type Inner, type Layer, layerOf } from './layer.ts';
import { isShape, type ParameterSpec, pathOf } from './parameters.ts';

/** Layers one after another. @throws OptionError if there is no layer, or one is invalid */
function chained(what: string, given: readonly Layer[]): Layer & { layers: readonly Layer[] } {
  if (!isArray(given) || given.length === 0) {
    throw new OptionError(
      `${what}: ${describe(given)} was given; use a list of layers, as [linear(784, 10)]`,
    );
  }
  // The spread turns holes into undefined.
  const layers = Object.freeze([...given]);
  layers.forEach((one, i) => {
    checkLayer(`layer ${i}`, one);
    one.after?.(layers.slice(0, i));
  });
  const names = layers.map(({ name }, i) => name ?? String(i));
  const paths = layers.map(({ of }, i) => names[of ? layers.indexOf(of) : i]);
  return {
    layers,
    kind: layers
      .map((one) => (one instanceof Sequential ? `sequential(${one.kind})` : one.kind))
      .join(', '),
    parameters: Object.freeze(layers.flatMap((one, i) => within(names[i], one))),
    shape: (input) =>
      layers.reduce((shape, one, i) => {
        try {
          return one.shape(shape);
        } catch (error) {
          throw error instanceof ShapeError
            ? new ShapeError(`layer ${i}: ${error.message}`)
            : error;
        }
      }, input),
    build: (x, name, training) =>
      layers.reduce((y, one, i) => one.build(y, pathOf(name, paths[i]), training), x),
  };
}

/** The parameters of a layer with its name in front. */
export const within = (name: string, { parameters }: Layer): ParameterSpec[] =>
  parameters.map((spec) => Object.freeze({ ...spec, name: pathOf(name, spec.name) }));

/**
 * Layers one after another, frozen. A model; and a layer, so that models nest. Parameters have the names of PyTorch's
 * `Sequential`: `0.weight`, and of an inner one `2.0.weight`.
 */
export class Sequential implements Model, Layer {
  /** In the order in which they are applied. */
  readonly layers: readonly Layer[];
  /** Shape of a sample. */
  readonly inputShape: readonly number[];
  /** Shape of a sample's output. */
  readonly outputShape: readonly number[];
  /** Number of outputs per sample. */
  readonly outputs: number;
  /** Of all layers, in order. */
  readonly parameters: readonly ParameterSpec[];
  readonly #chain: Layer;

  /**
   * @param inputShape shape of a sample, e.g. [28, 28]
   * @param layers in order
   * @throws ShapeError if a layer does not fit the one before it
   * @throws OptionError if there is no layer, one is invalid, or the shape is not a list of sizes
   */
  constructor(inputShape: readonly number[], layers: readonly Layer[]) {
    this.inputShape = checkInput(inputShape);
    const chain = chained("the model's layers", layers);
    this.#chain = chain;
    this.layers = chain.layers;
    this.outputShape = checkOutput(chain.shape(this.inputShape));
    this.outputs = sizeOf(this.outputShape);
    this.parameters = chain.parameters;
    // The caller's subclass may add fields.
    if (new.target === Sequential) Object.freeze(this);
  }

  /** For people and checkpoints: the layers' kinds. */
  get kind(): string {
    return this.#chain.kind;
  }

  /** Its output's shape, as a layer. @throws ShapeError if a layer does not fit */
  shape(input: readonly number[]): readonly number[] {
    return this.#chain.shape(input);
  }

  /**
   * Adds all layers to the graph of x[batch, …].
   *
   * @param training whether dropout drops
   * @returns [batch, …outputShape]
   */
  build(x: Node, training: boolean): Node;
  /** The same as a layer of a model, in which its name is `name`. */
  build(x: Node, name: string, training: boolean): Node;
  build(x: Node, name: string | boolean, training = name === true): Node {
    checkNode('build()', x);
    return this.#chain.build(x, typeof name === 'string' ? name : '', training);
  }

  /** Names and specifications of all parameters, in order. */
  get named(): readonly (readonly [name: string, spec: ParameterSpec])[] {
    return this.parameters.map((spec) => [spec.name, spec]);
  }

  /** Initial parameters from a seed's key, in PyTorch's layout, by name. */
  initialize(key: readonly [number, number]): Map<string, Float32Array> {
    return initialize(this, key);
  }
}

/** A copy of a model's input shape. @throws OptionError unless it is a list of sizes */
export function checkInput(shape: readonly number[]): readonly number[] {
  if (isShape(shape)) return Object.freeze([...shape]);
  throw new OptionError(
    `the model's input shape ${describe(shape)} was given; use a list of sizes, as [28, 28]`,
  );
}

/**
 * Layers one after another as one layer, like a torch.nn.Sequential inside of another: `2.0.weight`.
 *
 * @throws OptionError if there is no layer, or one is invalid
 */
export function sequential(layers: readonly Layer[]): Layer {
  const chain = chained('sequential()', layers);
  return composed('sequential', chain, chain.shape, (y) => y);
}

/**
 * x + f(x), with f the layers one after another. Its parameters have the names of a {@link sequential}.
 *
 * @throws OptionError if there is no layer, or one is invalid
 */
export function residual(layers: readonly Layer[]): Layer {
  const chain = chained('residual()', layers);
  const shape = (input: readonly number[]): readonly number[] => {
    const made = chain.shape(input);
    if (`${made}` === `${input}`) return input;
    throw new ShapeError(
      `residual() adds its layers' [${made.join(', ')}] to its input [${input.join(', ')}]; they must be equal. Change the last layer's size`,
    );
  };
  return composed('residual', chain, shape, (y, x) => add(x, y));
}

/** A layer made of layers. */
function composed(
  what: string,
  { kind, layers, parameters, build }: ReturnType<typeof chained>,
  shape: Layer['shape'],
  end: Inner['end'],
): Layer {
  const bare = layerOf([`${what}(${kind})`], (x) => x, shape);
  return Object.freeze({
    ...bare,
    [INNER]: { layers, end },
    parameters,
    build: (x: Node, name: string, training: boolean) =>
      end(build(bare.build(x, name, training), name, training), x),
  });
}
