import { larger } from './judge.ts';

/** Tensors by name. */
type Tensors = ReadonlyMap<string, ArrayLike<number>>;

/** ‖a − b‖², and ‖b‖², in the Euclidean norm. */
function squares(a: ArrayLike<number>, b: ArrayLike<number>): readonly [number, number] {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return [difference, size];
}

const ratio = (difference: number, size: number): number =>
  size === 0 && difference === 0 ? 0 : Math.sqrt(difference / size);

/** ‖a − b‖ / ‖b‖, in the Euclidean norm. */
export const relativeError = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  ratio(...squares(a, b));

/** The squares of each tensor, and of all as one. */
function allSquares(got: Tensors, expected: Tensors) {
  const each = [...expected].map(([name, values]) => squares(got.get(name) ?? [], values));
  const sum = (which: 0 | 1): number => each.reduce((total, one) => total + one[which], 0);
  return { each, difference: sum(0), size: sum(1) };
}

/** ‖a − b‖ / ‖b‖ of all tensors as one. */
export function wholeError(got: Tensors, expected: Tensors): number {
  const { difference, size } = allSquares(got, expected);
  return ratio(difference, size);
}

/** The share of all gradients from which on a tensor's is measured by itself. */
const SMALL = 0.01;

/**
 * The largest ‖a − b‖ / ‖b‖ of a tensor's gradient. One that is smaller than a hundredth of all gradients as one is measured by
 * that: it is a sum of terms of their size that cancel, so its rounding errors are of theirs. The gradient of a bias before a
 * batch norm is 0 but for such errors.
 */
export function worstGradient(got: Tensors, expected: Tensors): number {
  const { each, size: whole } = allSquares(got, expected);
  return each.reduce(
    (most, [difference, size]) =>
      larger(most, ratio(difference, Math.max(size, SMALL ** 2 * whole))),
    0,
  );
}
