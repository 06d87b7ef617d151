import { describe, isNumbers } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import type { Value } from '../../graph/value.ts';
import { TINY, ULP } from '../../ops/rounding.ts';
import type { CompleteTrial, Shapes, Tensors } from './trial.ts';

/** ∛ε of float64: the step of central differences that balances truncation and rounding. */
const STEP = 6e-6;

type Reference = (inputs: Tensors) => Float64Array;

/** Rows: the elements of all inputs, one after the other. Columns: those of the output. */
type Jacobian = readonly Float64Array[];

/** The largest of a tensor's elements; 1 if all are 0. */
const scaleOf = (input: Float64Array): number =>
  input.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;

/** Central differences of the reference (Nocedal and Wright 2006, section 8.1). */
function jacobianOf(reference: Reference, inputs: Tensors): Jacobian {
  return inputs.flatMap((input, at) =>
    Array.from(input, (x, i) => {
      const h = STEP * scaleOf(input);
      const moved = (value: number): Float64Array =>
        reference(inputs.map((one, j) => (j === at ? one.with(i, value) : one)));
      const [high, low] = [moved(x + h), moved(x - h)];
      return high.map((value, k) => (value - low[k]) / (x + h - (x - h)));
    }),
  );
}

/** Inputs that differ by `by` times themselves, up or down at random. */
const shaken = (inputs: Tensors, by: number, sign: () => number): Tensors =>
  inputs.map((input) => {
    const least = 1e-3 * scaleOf(input);
    return input.map((x) => x + by * sign() * Math.max(Math.abs(x), least));
  });

/** What an op must give: its output, the gradients of its inputs, and the bounds of both. */
export interface Wanted {
  readonly output: Value;
  readonly gradients: readonly Value[];
}

/**
 * The output and the gradients by the reference. The default bounds are those of a computation that is exact but for a
 * change of `ulps` units of the last place in each input and in each result (Higham 2002, section 1.5), to first
 * order: |∂y/∂x| |x| + |y|. For the gradients, how much the Jacobian changes is measured with four changes of the
 * inputs, all up and three at random, and doubled.
 *
 * @param dy the gradient with respect to the output
 */
export function wantedOf(
  trial: CompleteTrial,
  shapes: Shapes,
  inputs: Tensors,
  dy: Float64Array,
): Wanted {
  const reference: Reference = (given) => {
    // Copies: a reference may work in place.
    const copies = given.map((one) => one.slice());
    const result: unknown = trial.reference?.(copies, shapes);
    if (isNumbers(result) && result.length === dy.length) {
      const values = Float64Array.from(result);
      const at = values.findIndex(Number.isNaN);
      if (at < 0) return values;
      throw new OptionError(
        `verifyOps(): the reference of ${trial.name} gave NaN at ${at}; its inputs may be out of range: see magnitude and inputs`,
      );
    }
    throw new OptionError(
      `verifyOps(): the reference of ${trial.name} gave ${isNumbers(result) ? `${result.length} elements` : describe(result)} for inputs of ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')}; the op's output has ${dy.length}`,
    );
  };
  const unit = trial.ulps * ULP;
  const y = reference(inputs);
  const jacobian = jacobianOf(reference, inputs);
  const x = inputs.flatMap((input) => [...input]);
  const scales = inputs.flatMap((input) => Array.from(input, () => scaleOf(input)));
  const copies = inputs.map((one) => one.slice());
  const given: unknown = trial.error?.(copies, shapes);
  const fits =
    isNumbers(given) &&
    given.length === dy.length &&
    Array.from(given).every((bound) => bound >= 0 && bound < Infinity);
  if (trial.error && !fits) {
    throw new OptionError(
      `verifyOps(): error of ${trial.name} gave ${describe(given)}; use a finite number from 0 up for each of the ${dy.length} elements`,
    );
  }
  const error = isNumbers(given)
    ? Float64Array.from(given)
    : y.map(
        (value, k) =>
          unit *
            (Math.abs(value) + x.reduce((sum, one, i) => sum + Math.abs(one * jacobian[i][k]), 0)) +
          TINY,
      );
  // Small enough for first order, and large enough for differences of differences.
  const by = 1e-3;
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state < 2 ** 31 ? 1 : -1;
  };
  const others = [() => 1, random, random, random].map((sign) =>
    jacobianOf(reference, shaken(inputs, by, sign)),
  );
  const slopes = x.map((_, i) => jacobian[i].reduce((sum, slope, k) => sum + slope * dy[k], 0));
  const bounds = x.map((_, i) => {
    let bound = TINY;
    for (let k = 0; k < dy.length; k++) {
      const slope = jacobian[i][k];
      const change = Math.max(...others.map((other) => Math.abs(other[i][k] - slope)));
      bound += Math.abs(dy[k]) * unit * (Math.abs(slope) + (2 * change) / by);
      // The differences themselves: what the step leaves out, and float64's roundings of y.
      const rounding = (4 * 2 ** -52 * Math.abs(y[k])) / (STEP * scales[i]);
      if (slope !== 0) bound += Math.abs(dy[k]) * (1e-9 * Math.abs(slope) + rounding);
    }
    return bound;
  });
  let from = 0;
  const gradients = inputs.map(({ length }) => {
    const to = from + length;
    const value = {
      data: Float64Array.from(slopes.slice(from, to)),
      error: Float64Array.from(bounds.slice(from, to)),
    };
    from = to;
    return value;
  });
  return { output: { data: y, error }, gradients };
}
