import type { Value } from '../../graph/value.ts';
import { ULP } from '../../ops/rounding.ts';
import type { Tensors } from './trial.ts';

/** The step of the differences in float32: about ∛(2⁻²³), and exact. */
const STEP = 2 ** -7;

/**
 * The gradients by central differences of the op itself on the GPU, in float32. The bound is what the step leaves out, by
 * a second difference of twice the step, and what roundings do: `ulps` units in the last place of each output, divided
 * by the step. So it finds wrong formulas, not wrong roundings.
 *
 * @param forward the op's output for these inputs
 * @param dy the gradient with respect to the output
 */
export async function gradientsByDifferences(
  forward: (inputs: Tensors) => Promise<ArrayLike<number>>,
  inputs: Tensors,
  dy: Float64Array,
  ulps: number,
): Promise<Value[]> {
  const found: Value[] = [];
  for (const [at, input] of inputs.entries()) {
    const data = new Float64Array(input.length);
    const error = new Float64Array(input.length);
    for (const [i, x] of input.entries()) {
      const h = STEP * 2 ** Math.max(0, Math.ceil(Math.log2(Math.abs(x) || 1)));
      const moved = (by: number): Promise<ArrayLike<number>> =>
        forward(inputs.map((one, j) => (j === at ? one.with(i, Math.fround(x + by)) : one)));
      const apart = (by: number): number => Math.fround(x + by) - Math.fround(x - by);
      const [up, down] = [await moved(h), await moved(-h)];
      const [farUp, farDown] = [await moved(2 * h), await moved(-2 * h)];
      let far = 0;
      let rounding = 0;
      for (let k = 0; k < dy.length; k++) {
        data[i] += (dy[k] * (up[k] - down[k])) / apart(h);
        far += (dy[k] * (farUp[k] - farDown[k])) / apart(2 * h);
        rounding += Math.abs(dy[k]) * (Math.abs(up[k]) + Math.abs(down[k]));
      }
      error[i] = 2 * Math.abs(far - data[i]) + (ulps * ULP * rounding) / (2 * h) + ULP;
    }
    found.push({ data, error });
  }
  return found;
}
