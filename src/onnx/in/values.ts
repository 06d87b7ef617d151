import type { Symbolic } from '../../nn/functional.ts';
import type { Form } from '../out/value.ts';

/** A value of the file that depends on the input, as a value of the model: its dimensions may be in another order. */
export class Tensor {
  readonly symbol: Symbolic;
  /** The order in the file, of the engine's [H,W,C] or [L,C]; see {@link Form}. */
  readonly form: Form;

  constructor(symbol: Symbolic, form: Form) {
    this.symbol = symbol;
    this.form = form;
  }

  /** A sample's shape in the file. */
  get shape(): readonly number[] {
    const { shape } = this.symbol;
    if (this.form === 'plain') return shape;
    return [shape[shape.length - 1], ...shape.slice(0, -1)];
  }
}

/** Numbers of the file. The batch's size, in what is computed of a shape, is NaN. */
export class Constant {
  /** The name of the constant that they come from. */
  readonly origin: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Whether they are the transpose of their origin, a matrix. */
  readonly isTurned: boolean;

  constructor(
    origin: string,
    shape: readonly number[],
    values: ArrayLike<number>,
    isTurned = false,
  ) {
    this.origin = origin;
    this.shape = shape;
    this.values = values;
    this.isTurned = isTurned;
  }
}

/** Where functions of one number are compared: on both sides of 0, near it and far. */
export const POINTS: readonly number[] = [
  -9, -4.5, -2.25, -1.3, -0.7, -0.3, -0.05, 0, 0.04, 0.4, 0.9, 1.6, 2.8, 5, 11,
];

/** A function of each element of a tensor, of which no layer is made yet: several operators may be one. */
export class Elements {
  readonly of: Tensor;
  /** f at {@link POINTS}. */
  readonly at: readonly number[];
  /** The operators that it is made of. */
  readonly operators: readonly string[];
  /** Makes a layer of it, if it is no known function. */
  readonly otherwise: (() => Tensor) | undefined;

  constructor(
    of: Tensor,
    at: readonly number[],
    operators: readonly string[],
    otherwise?: () => Tensor,
  ) {
    this.of = of;
    this.at = at;
    this.operators = operators;
    this.otherwise = otherwise;
  }
}

export type Value = Tensor | Constant | Elements;

/** What the file needs and no layer does. */
export class Missing extends Error {}
