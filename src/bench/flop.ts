/**
 * Floating point operations of a perceptron's training step for one sample, without the optimizer:
 * three products for each layer (forward, gradient of the weights, gradient of the input), two operations
 * for each element. The gradient of the images is not computed.
 *
 * @example trainingFlop([784, 128, 64, 10]) // 454_400
 */
export function trainingFlop(widths: readonly number[]): number {
  let flop = 0;
  for (let i = 1; i < widths.length; i++) {
    const product = 2 * widths[i - 1] * widths[i];
    flop += (i === 1 ? 2 : 3) * product;
  }
  return flop;
}
