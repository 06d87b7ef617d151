import { DIVISION, expError, logError, overflow, SQRT, TINY, ULP } from './rounding.ts';

/**
 * A number in float64 with a bound on the error of the GPU's float32, for references: each operation carries the errors
 * of its operands and adds its own (running error analysis, Higham 2002, section 3.3). Plain numbers are rounded once.
 */
export class Approx {
  readonly value: number;
  readonly error: number;

  constructor(value: number, error: number) {
    this.value = value;
    this.error = error;
  }

  static of(x: Approx | number): Approx {
    return typeof x === 'number' ? new Approx(x, Math.abs(x) * ULP) : x;
  }

  /** An integer from 0 on: exact up to 2²⁴. */
  static whole(x: number): Approx {
    return new Approx(x, x > 2 ** 24 ? x * ULP : 0);
  }

  /** A result, the error that its operands bring, and the relative error of the operation. */
  static #result(value: number, carried: number, relative = ULP): Approx {
    const size = Math.abs(value) + carried;
    return new Approx(value, carried + relative * size + TINY + overflow(size));
  }

  plus(other: Approx | number): Approx {
    const { value, error } = Approx.of(other);
    return Approx.#result(this.value + value, this.error + error);
  }

  minus(other: Approx | number): Approx {
    const { value, error } = Approx.of(other);
    return this.plus(new Approx(-value, error));
  }

  times(other: Approx | number): Approx {
    const { value, error } = Approx.of(other);
    const carried =
      Math.abs(this.value) * error + Math.abs(value) * this.error + this.error * error;
    return Approx.#result(this.value * value, carried);
  }

  /** 0 over 0 is 0, as in the optimizers. */
  over(other: Approx | number): Approx {
    const { value, error } = Approx.of(other);
    const quotient = this.value === 0 ? 0 : this.value / value;
    const least = Math.abs(value) - error;
    const carried = least > 0 ? (this.error + Math.abs(quotient) * error) / least : Infinity;
    return Approx.#result(quotient, carried, DIVISION);
  }

  squared(): Approx {
    return this.times(this);
  }

  exp(): Approx {
    const value = Math.exp(this.value);
    const most = Math.abs(this.value) + this.error;
    return Approx.#result(value, value * Math.expm1(this.error), expError(most));
  }

  /** Of what is above 0. */
  log(): Approx {
    const value = Math.log(this.value);
    const least = this.value - this.error;
    const carried = least > 0 ? Math.log(this.value / least) : Infinity;
    return new Approx(value, carried + logError(Math.max(least, TINY)) + logError(this.value));
  }

  /** Of what is below 0: 0. */
  root(): Approx {
    const most = Math.sqrt(Math.max(0, this.value + this.error));
    const least = Math.sqrt(Math.max(0, this.value - this.error));
    const value = Math.sqrt(Math.max(0, this.value));
    return Approx.#result(value, Math.max(most - value, value - least), SQRT);
  }

  /** −1, 0 or 1. */
  sign(): Approx {
    return new Approx(Math.sign(this.value), Math.abs(this.value) > this.error ? 0 : 2);
  }

  /** The larger of two. */
  most(other: Approx): Approx {
    return new Approx(Math.max(this.value, other.value), Math.max(this.error, other.error));
  }
}
