import { describe, isA, isArray } from '../check.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkNode, type Node } from '../graph/graph.ts';
import { add } from '../ops/add.ts';
import { concat as concatOp } from '../ops/concat.ts';
import { checkLayer, type Layer } from './layers/layer.ts';
import { isShape, type ParameterSpec, pathOf } from './layers/parameters.ts';
import { checkInput, within } from './layers/sequential.ts';
import { checkOutput, type Model } from './model.ts';

/** A step of a model: what it computes of earlier values, by their numbers. */
interface Step {
  /** For people and checkpoints: `fc1: linear 4→3(x0)`. */
  readonly kind: string;
  readonly from: readonly number[];
  readonly shape: readonly number[];
  /** What it applies; none for `x`, `add` and `concat`. */
  readonly layer?: Layer;
  build(inputs: readonly Node[], name: string, training: boolean): Node;
}

/** What a {@link model} is made of, for files of models: its steps and the number of the last one. */
export interface Steps<S = Pick<Step, 'kind' | 'from' | 'layer'>> {
  readonly steps: readonly S[];
  readonly end: number;
}

/** All steps of a model, while its function runs. */
class Recording {
  readonly steps: Step[] = [];
  /** The layers' names. A layer that is applied twice has one. */
  readonly names = new Map<Layer, string>();
  open = true;

  /** @throws OptionError if the function has returned */
  add(step: Step): Symbolic {
    if (!this.open) {
      throw new OptionError(
        'model(): its function has returned; build the whole model inside of it, without await',
      );
    }
    this.steps.push(step);
    return new Symbolic(this, this.steps.length - 1, step.shape);
  }

  apply(one: Layer, input: Symbolic): Symbolic {
    checkLayer('pipe(): the layer', one);
    const name = this.names.get(one) ?? one.name ?? String(this.names.size);
    let shape: readonly number[];
    try {
      shape = one.shape(input.shape);
    } catch (error) {
      throw error instanceof ShapeError ? new ShapeError(`layer ${name}: ${error.message}`) : error;
    }
    if (!this.names.has(one) && [...this.names.values()].includes(name)) {
      throw new OptionError(
        `model(): two layers are called ${name}; give each its own name, or apply one layer twice to share its parameters`,
      );
    }
    this.names.set(one, name);
    const owner = this.names.get(one.of ?? one) ?? '';
    return this.add({
      kind: `${one.name ? '' : `${name}: `}${one.kind}`,
      from: [input.number],
      shape,
      layer: one,
      build: ([x], path, training) => one.build(x, pathOf(path, owner), training),
    });
  }
}

/**
 * A value of a {@link model} while it is made: what the model will compute of each sample. It has a shape and no
 * numbers.
 */
export class Symbolic {
  /** Without the batch. */
  readonly shape: readonly number[];
  /** @internal */
  readonly number: number;
  readonly #recording: Recording;

  /** @internal */
  constructor(recording: Recording, number: number, shape: readonly number[]) {
    this.#recording = recording;
    this.number = number;
    this.shape = Object.freeze([...shape]);
    Object.freeze(this);
  }

  /**
   * Applies layers, one after another. The same layer object, applied twice in a model, has the same parameters.
   *
   * @throws OptionError if one is not a layer; ShapeError if it does not fit
   */
  pipe(...layers: readonly Layer[]): Symbolic {
    return layers.reduce<Symbolic>((value, one) => this.#recording.apply(one, value), this);
  }

  /** This value plus another one of the same shape. @throws OptionError, ShapeError */
  add(other: Symbolic): Symbolic {
    const [one, two] = [this, this.#own(other)];
    if (`${one.shape}` !== `${two.shape}`) {
      throw new ShapeError(
        `add() of [${one.shape.join(', ')}] and [${two.shape.join(', ')}]; they must be equal. Bring one to the other's shape with linear()`,
      );
    }
    return this.#recording.add({
      kind: 'add',
      from: [one.number, two.number],
      shape: one.shape,
      build: ([x, y]) => add(x, y),
    });
  }

  /** @internal */
  concat(other: Symbolic): Symbolic {
    const two = this.#own(other);
    for (const { shape } of [this, two]) {
      if (shape.length === 1) continue;
      throw new ShapeError(
        `concat() got a value of shape [${shape.join(', ')}]; it needs vectors. Put flatten() before it`,
      );
    }
    return this.#recording.add({
      kind: 'concat',
      from: [this.number, two.number],
      shape: [this.shape[0] + two.shape[0]],
      build: ([x, y]) => concatOp(x, y),
    });
  }

  /** @internal */
  isOf(recording: Recording): boolean {
    return this.#recording === recording;
  }

  #own(other: Symbolic): Symbolic {
    if (isA(other, Symbolic) && other.isOf(this.#recording)) return other;
    throw new OptionError(
      `${describe(other)} was given; use a value of the same model, as x.pipe(…) returns`,
    );
  }
}

/**
 * Vectors one behind the other: [2] and [3] make [5].
 *
 * @throws OptionError unless it is a list of values of one {@link model}; ShapeError unless they are vectors
 */
export function concat(values: readonly Symbolic[]): Symbolic {
  if (isArray(values) && values.length > 0 && [...values].every((one) => isA(one, Symbolic))) {
    return values.reduce((joined, one) => joined.concat(one));
  }
  throw new OptionError(
    `concat() takes a list of values, as [x, x.pipe(linear(4, 3))]; ${describe(values)} was given`,
  );
}

/**
 * A model with branches, skips and shared layers. The function gets a value that stands for a sample, and returns the
 * value of the outputs; it runs once. Layers are numbered as they are first applied, so a model without branches has the
 * parameter names of a {@link Sequential}; see {@link named} for names of your own.
 *
 * @param inputShape shape of a sample, e.g. [28, 28]
 * @returns a model, which is a layer, too
 * @throws OptionError if it returns something else, or a value is not used; ShapeError if a layer does not fit
 * @example
 * model([784], (x) => {
 *   const h = x.pipe(linear(784, 64), relu());
 *   return concat([h, h.pipe(linear(64, 64), tanh()).add(h)]).pipe(linear(128, 10));
 * });
 */
export function model(
  inputShape: readonly number[],
  build: (x: Symbolic) => Symbolic,
): Model & Layer {
  const shape = checkInput(inputShape);
  if (typeof build !== 'function') {
    throw new OptionError(
      `model() takes a function, as (x) => x.pipe(linear(784, 10)); ${describe(build)} was given`,
    );
  }
  const recording = new Recording();
  const x = recording.add({ kind: 'x', from: [], shape, build: ([input]) => input });
  const end = build(x);
  recording.open = false;
  const { steps, names } = recording;
  if (!isA(end, Symbolic) || !end.isOf(recording)) {
    throw new OptionError(
      `model(): its function returned ${describe(end)}; return the value of the outputs`,
    );
  }
  const used = new Set([end.number, ...steps.flatMap(({ from }) => from)]);
  const unused = steps.findIndex((_, i) => !used.has(i));
  if (unused >= 0) {
    throw new OptionError(
      `model(): the result of ${steps[unused].kind} is not used; use it, or leave it out`,
    );
  }
  return new Functional(shape, steps, end, names);
}

/** What {@link model} returns. */
class Functional implements Model, Layer {
  readonly kind: string;
  /** @internal */
  readonly made: readonly ['model', Steps<Step>];
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly parameters: readonly ParameterSpec[];

  constructor(
    inputShape: readonly number[],
    steps: readonly Step[],
    end: Symbolic,
    names: ReadonlyMap<Layer, string>,
  ) {
    this.kind = `model(${steps
      .slice(1)
      .map(({ kind, from }) => `${kind}(${from.map((i) => `x${i}`).join(', ')})`)
      .join('; ')}; x${end.number})`;
    this.made = ['model', { steps, end: end.number }];
    this.inputShape = inputShape;
    this.outputShape = checkOutput(end.shape);
    this.parameters = Object.freeze([...names].flatMap(([one, name]) => within(name, one)));
    Object.freeze(this);
  }

  shape(input: readonly number[]): readonly number[] {
    if (isShape(input) && `${input}` === `${this.inputShape}`) return this.outputShape;
    throw new ShapeError(
      `a model of [${this.inputShape.join(', ')}] got ${isShape(input) ? `samples of shape [${input.join(', ')}]` : describe(input)}; they must be equal`,
    );
  }

  build(x: Node, training: boolean): Node;
  build(x: Node, name: string, training: boolean): Node;
  build(x: Node, name: string | boolean, training = name === true): Node {
    checkNode('build()', x);
    const path = typeof name === 'string' ? name : '';
    const [, { steps, end }] = this.made;
    const made: Node[] = [];
    for (const { from, build } of steps) {
      made.push(build(from.length > 0 ? from.map((i) => made[i]) : [x], path, training));
    }
    return made[end];
  }
}
