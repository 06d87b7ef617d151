import {
  checkChoice,
  checkFlag,
  checkInteger,
  checkKeys,
  describe,
  isA,
  isArray,
  isObject,
} from '../check.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkNode, type Node } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';
import { type Activation, activation } from '../ops/activation.ts';
import * as functions from '../ops/activations.ts';
import { addBias } from '../ops/bias.ts';
import { dropout as dropoutOp } from '../ops/dropout.ts';
import { matmul } from '../ops/matmul.ts';
import { flatten as flattenOp, parameter } from '../ops/sources.ts';
import { dropoutRate } from '../random/dropout.ts';
import { uniform } from '../random/init.ts';

/** A parameter of a layer in PyTorch's layout: its name in the layer, shape and initial range. */
export interface ParameterSpec {
  /** Its name in the layer. The model puts the layer's number in front: `0.weight`. */
  readonly name: string;
  /** `[out, in]` for a weight, `[out]` for a bias. */
  readonly shape: readonly number[];
  /** Initial values are uniform in ±bound. */
  readonly bound: number;
}

/** A layer: plain data, and a function that adds its nodes to a graph. */
export interface Layer {
  /** A description for people and checkpoints: `linear 784→128`. */
  readonly kind: string;
  /** Its parameters; most layers have none. */
  readonly parameters: readonly ParameterSpec[];
  /** Shape of the output without the batch. @throws ShapeError if the input does not fit. */
  shape(input: readonly number[]): readonly number[];
  /**
   * Adds the layer to a graph.
   *
   * @param name the layer's prefix of its parameters' names
   * @param training whether dropout drops
   */
  build(x: Node, name: string, training: boolean): Node;
}

/**
 * y[outputs] = x[inputs] · Wᵀ + b for each sample, with weight [outputs, inputs] and bias [outputs],
 * both initialised uniformly in ±1/√inputs, like torch.nn.Linear.
 *
 * @param options `bias: false` leaves the bias out; default true
 * @throws OptionError unless the sizes are integers from 1 to 2²⁰, or if an option is unknown
 */
export function linear(
  inputs: number,
  outputs: number,
  options: { readonly bias?: boolean } = {},
): Layer {
  checkKeys('linear()', options, ['bias']);
  const { bias = true } = options;
  checkFlag('linear: bias', bias);
  for (const [what, value] of Object.entries({ inputs, outputs })) {
    checkInteger(`linear: ${what}`, value, 1, 2 ** 20);
  }
  const bound = 1 / Math.sqrt(inputs);
  const weight: ParameterSpec = { name: 'weight', shape: [outputs, inputs], bound };
  return layerOf({
    kind: `linear ${inputs}→${outputs}`,
    parameters: bias ? [weight, { name: 'bias', shape: [outputs], bound }] : [weight],
    shape: (input) => {
      if (input.length !== 1 || input[0] !== inputs) {
        throw new ShapeError(
          `linear(${inputs}, ${outputs}) got samples of shape [${input.join(', ')}]; it needs [${inputs}]. Put flatten() before it, or correct its first size`,
        );
      }
      return [outputs];
    },
    build: (x, name) => {
      // Weights are [in, out] on the GPU, so that a layer's input meets the weight's rows.
      const w = parameter(x.graph, `${name}.weight`, [inputs, outputs]);
      const product = matmul(x, w);
      return bias ? addBias(product, parameter(x.graph, `${name}.bias`, [outputs])) : product;
    },
  });
}

/** A frozen layer that checks its arguments. */
function layerOf(layer: Layer): Layer {
  for (const parameter of layer.parameters) {
    Object.freeze(parameter.shape);
    Object.freeze(parameter);
  }
  const { build, shape } = layer;
  return Object.freeze({
    ...layer,
    parameters: Object.freeze(layer.parameters),
    shape: (input: readonly number[]) => {
      if (!isShape(input)) throw new ShapeError(`${layer.kind} got ${describe(input)} for a shape`);
      return shape(input);
    },
    build: (x: Node, name: string, training: boolean) => {
      checkNode(layer.kind, x);
      return build(x, name, training);
    },
  });
}

const activationLayer = (f: Activation, kind = f.name): Layer =>
  layerOf({ kind, parameters: [], shape: (input) => input, build: (x) => activation(f, x) });

/** The most that a number of a layer may be. */
const MOST = 1e6;

/** A number that a layer takes as an option, from `least` to 10⁶. */
function numberOf(what: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least && value <= MOST) return value;
  throw new OptionError(
    `${what} ${describe(value)} was given; use a number from ${least} to ${MOST}`,
  );
}

/** max(x, 0) of each element; the shape does not change. */
export const relu = (): Layer => activationLayer(functions.RELU);
/** 1 / (1 + e^−x) of each element; the shape does not change. */
export const sigmoid = (): Layer => activationLayer(functions.SIGMOID);
/** tanh x of each element; the shape does not change. */
export const tanh = (): Layer => activationLayer(functions.TANH);
/** x / (1 + e^−x) of each element, as torch.nn.SiLU; the shape does not change. */
export const silu = (): Layer => activationLayer(functions.SILU);
/** sin x of each element, for |x| up to 2¹⁵; the shape does not change. */
export const sine = (): Layer => activationLayer(functions.SINE);

/**
 * x · Φ(x) of each element, with the normal distribution Φ, as torch.nn.GELU; the shape does not change.
 *
 * @param options `approximate`: 'tanh' for the formula with tanh; default 'none'
 * @throws OptionError if an option is unknown or out of range
 */
export function gelu(options: { readonly approximate?: 'none' | 'tanh' } = {}): Layer {
  checkKeys('gelu()', options, ['approximate']);
  const { approximate = 'none' } = options;
  checkChoice('gelu(): approximate', approximate, ['none', 'tanh']);
  return activationLayer(approximate === 'tanh' ? functions.GELU_TANH : functions.GELU);
}

/**
 * x where it is positive, else negativeSlope · x, as torch.nn.LeakyReLU; the shape does not change.
 *
 * @param options `negativeSlope`: from 0 to 10⁶, default 0.01
 * @throws OptionError if an option is unknown or out of range
 */
export function leakyRelu(options: { readonly negativeSlope?: number } = {}): Layer {
  checkKeys('leakyRelu()', options, ['negativeSlope']);
  const slope = numberOf('negativeSlope', options.negativeSlope ?? 0.01, 0);
  return activationLayer(functions.leakyRelu(slope), `leakyRelu ${slope}`);
}

/**
 * x where it is positive, else alpha · (e^x − 1), as torch.nn.ELU; the shape does not change.
 *
 * @param options `alpha`: from 0 to 10⁶, default 1
 * @throws OptionError if an option is unknown or out of range
 */
export function elu(options: { readonly alpha?: number } = {}): Layer {
  checkKeys('elu()', options, ['alpha']);
  const alpha = numberOf('alpha', options.alpha ?? 1, 0);
  return activationLayer(functions.elu(alpha), `elu ${alpha}`);
}

/**
 * log(1 + e^(beta · x)) / beta of each element, and x where beta · x is above threshold, as torch.nn.Softplus; the
 * shape does not change.
 *
 * @param options `beta`: from 10⁻⁶ to 10⁶, default 1; `threshold`: from 0 to 10⁶, default 20
 * @throws OptionError if an option is unknown or out of range
 */
export function softplus(
  options: { readonly beta?: number; readonly threshold?: number } = {},
): Layer {
  checkKeys('softplus()', options, ['beta', 'threshold']);
  const beta = numberOf('beta', options.beta ?? 1, 1e-6);
  const threshold = numberOf('threshold', options.threshold ?? 20, 0);
  return activationLayer(functions.softplus(beta, threshold), `softplus ${beta} ${threshold}`);
}

/**
 * Inverted dropout. In training each element becomes 0 with probability p, and is divided by 1 − p otherwise.
 * Outside of training nothing changes.
 *
 * @throws OptionError unless 0 ≤ p < 1.
 */
export function dropout(p: number): Layer {
  dropoutRate(p);
  return layerOf({
    kind: `dropout ${p}`,
    parameters: [],
    shape: (input) => input,
    build: (x, _, training) => (training ? dropoutOp(x, p) : x),
  });
}

/** A sample of any shape as a vector, row by row. */
export function flatten(): Layer {
  return layerOf({
    kind: 'flatten',
    parameters: [],
    shape: (input) => [sizeOf(input)],
    build: (x) => flattenOp(x),
  });
}

const isShape = (given: unknown): boolean =>
  isArray(given) && [...given].every((size) => Number.isInteger(size) && Number(size) > 0);

/** @throws OptionError unless it is a layer. */
function checkLayer(layer: unknown, i: number): void {
  if (
    isObject(layer) &&
    typeof layer.kind === 'string' &&
    isArray(layer.parameters) &&
    typeof layer.shape === 'function' &&
    typeof layer.build === 'function'
  ) {
    return;
  }
  const called = typeof layer === 'function' && layer.name ? `; call it: ${layer.name}()` : '';
  throw new OptionError(
    `layer ${i} is ${describe(layer)}${called || '. Use the result of linear(), relu() or the like'}`,
  );
}

/** @throws OptionError unless it is a model. */
export function checkModel(what: string, given: unknown): asserts given is Sequential {
  if (isA(given, Sequential)) return;
  throw new OptionError(
    `${what} ${describe(given)} was given; use a new Sequential(inputShape, layers), or mlp()`,
  );
}

/** Layers one after another, frozen. Parameters have the names of PyTorch's `Sequential`: `0.weight`, … */
export class Sequential {
  /** In the order in which they are applied. */
  readonly layers: readonly Layer[];
  /** Shape of a sample. */
  readonly inputShape: readonly number[];
  /** Number of outputs per sample. */
  readonly outputs: number;
  /** Of all layers, in order; see {@link named}. */
  readonly parameters: readonly ParameterSpec[];

  /**
   * @param inputShape shape of a sample, e.g. [28, 28]
   * @param layers in order; the output of the last one is a vector
   * @throws ShapeError if a layer does not fit the one before it, or the output is not a vector
   * @throws OptionError if there is no layer, one is invalid, or the shape is not a list of sizes
   */
  constructor(inputShape: readonly number[], layers: readonly Layer[]) {
    if (!isShape(inputShape)) {
      throw new OptionError(
        `the model's input shape ${describe(inputShape)} was given; use a list of sizes, as [28, 28]`,
      );
    }
    if (!isArray(layers) || layers.length === 0) {
      throw new OptionError(
        `the model's layers: ${describe(layers)} was given; use a list of layers, as [linear(784, 10)]`,
      );
    }
    // The spread turns holes into undefined.
    [...layers].forEach(checkLayer);
    this.inputShape = Object.freeze([...inputShape]);
    this.layers = Object.freeze([...layers]);
    let shape = this.inputShape;
    layers.forEach((layer, i) => {
      try {
        shape = layer.shape(shape);
      } catch (error) {
        throw error instanceof ShapeError ? new ShapeError(`layer ${i}: ${error.message}`) : error;
      }
    });
    if (!isShape(shape) || shape.length !== 1) {
      throw new ShapeError(
        `the model's output is ${isShape(shape) ? `[${shape.join(', ')}]` : describe(shape)} a sample; it must be a vector`,
      );
    }
    this.outputs = shape[0];
    this.parameters = Object.freeze(layers.flatMap((layer) => layer.parameters));
    // The caller's subclass may add fields.
    if (new.target === Sequential) Object.freeze(this);
  }

  /**
   * Adds all layers to the graph of x[batch, …].
   *
   * @param training whether dropout drops
   * @returns [batch, outputs]
   */
  build(x: Node, training: boolean): Node {
    checkNode('build()', x);
    return this.layers.reduce((y, layer, i) => layer.build(y, String(i), training), x);
  }

  /** Names and specifications of all parameters, in order. */
  get named(): readonly (readonly [name: string, spec: ParameterSpec])[] {
    return this.layers.flatMap((layer, i) =>
      layer.parameters.map((spec) => [`${i}.${spec.name}`, spec] as const),
    );
  }

  /** Initial parameters from a seed's key, in PyTorch's layout, by name. */
  initialize(key: readonly [number, number]): Map<string, Float32Array> {
    if (!isArray(key) || key.length !== 2 || !key.every(Number.isInteger)) {
      throw new OptionError(`initialize: key ${describe(key)} was given; use two integers`);
    }
    return new Map(
      this.named.map(([name, { shape, bound }], stream) => [
        name,
        uniform(sizeOf(shape), bound, stream, key),
      ]),
    );
  }
}

/**
 * Converts a parameter between PyTorch's layout, weights [out, in], and that of its storage, weights [in, out].
 *
 * @param shape in PyTorch's layout
 */
export function parameterLayout(
  shape: readonly number[],
  values: Float32Array,
  way: 'into storage' | 'out of storage',
): Float32Array {
  if (!isShape(shape) || !isA(values, Float32Array) || values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `parameterLayout: shape ${isShape(shape) ? `[${shape.join(', ')}]` : describe(shape)} and ${describe(values)} were given; use sizes and a Float32Array of so many values`,
    );
  }
  checkChoice('parameterLayout: way', way, ['into storage', 'out of storage']);
  if (shape.length !== 2) return values;
  const [out, inputs] = shape;
  return way === 'into storage' ? transposed(values, out, inputs) : transposed(values, inputs, out);
}

/** [rows, columns] to [columns, rows]. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  }
  return out;
}
