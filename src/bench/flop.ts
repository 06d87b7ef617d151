/**
 * Floating point operations of a training step of a perceptron, for one sample, without the
 * optimizer's: three products a layer (forward, weights' gradient, input's gradient), two operations
 * an element; nobody needs the gradient of the images.
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
