import { activation } from '../../ops/activation.ts';
import { TANH } from '../../ops/activations.ts';
import { type Geometry, windowsOf } from '../../ops/convolution/geometry.ts';
import { convolve, convolveTransposed } from '../../ops/convolution/ops.ts';
import { flatten, matrixView } from '../../ops/view.ts';
import type { Pair } from '../../ops/window.ts';
import type { Trial } from '../trial.ts';
import { forwardAndBackward, nameOf } from './shared.ts';

interface Convolution {
  readonly batch: number;
  readonly image: Pair;
  readonly inputs: number;
  readonly outputs: number;
  readonly geometry: Omit<Geometry, 'image' | 'windows'>;
}

const convolution = (
  [batch, inputs, outputs]: readonly [number, number, number],
  image: Pair,
  kernel: Pair,
  { stride = [1, 1], padding = [0, 0], dilation = [1, 1], groups = 1 }: Partial<Geometry> = {},
): Convolution => ({
  batch,
  image,
  inputs,
  outputs,
  geometry: { kernel, stride, padding, dilation, groups },
});

/** Channels of all remainders by 4, odd images, and each option by itself and with the others. */
const CONVOLUTIONS: readonly Convolution[] = [
  convolution([1, 1, 1], [1, 1], [1, 1]),
  convolution([2, 1, 8], [7, 5], [3, 3], { padding: [1, 1] }),
  convolution([3, 3, 5], [5, 8], [3, 2]),
  convolution([2, 4, 4], [6, 7], [3, 3], { padding: [1, 1], stride: [2, 2] }),
  convolution([5, 8, 12], [9, 6], [3, 3], { padding: [1, 1] }),
  convolution([2, 6, 7], [8, 9], [2, 3], { stride: [3, 2], padding: [1, 2], dilation: [2, 1] }),
  convolution([1, 16, 32], [11, 10], [5, 5], { padding: [2, 2], stride: [2, 1] }),
  convolution([3, 8, 8], [7, 7], [3, 3], { dilation: [2, 2], padding: [2, 2] }),
  convolution([2, 8, 8], [6, 5], [3, 3], { groups: 8, padding: [1, 1] }),
  convolution([3, 5, 5], [9, 7], [2, 3], { groups: 5, padding: [1, 1], stride: [2, 1] }),
  convolution([2, 6, 9], [5, 6], [3, 2], { groups: 3, padding: [1, 0], stride: [2, 1] }),
  convolution([1, 5, 3], [1, 17], [1, 5], { padding: [0, 2], stride: [1, 3] }),
  // So many pixels that the sum of a weight's gradient is split over two dispatches.
  convolution([8, 4, 4], [24, 24], [3, 3], { padding: [1, 1] }),
];

const label = ({ batch, image, inputs, outputs, geometry }: Convolution): string => {
  const { kernel, stride, groups } = geometry;
  const strided = stride.some((one) => one > 1) ? `/${stride.join('')}` : '';
  const grouped = groups > 1 ? ` g${groups}` : '';
  return `${batch}·${nameOf(image)}·${inputs}→${outputs} ${nameOf(kernel)}${strided}${grouped}`;
};

/** Convolutions and transposed ones, with the gradients of their inputs and weights. */
export function convolutionTrials(): Trial[] {
  return CONVOLUTIONS.flatMap((one) => {
    const { batch, image, inputs, outputs, geometry } = one;
    const windows = windowsOf(image, geometry);
    const whole: Geometry = { ...geometry, image, windows };
    const { kernel, groups } = geometry;
    const weight = [(kernel[0] * kernel[1] * inputs) / groups, outputs];
    // Products have their epilogues elsewhere.
    const activated = forwardAndBackward(
      'convolve, activated',
      [[batch, ...image, inputs], weight],
      ([x, w]) => flatten(activation(TANH, convolve(activation(TANH, matrixView(x, 3)), w, whole))),
      { label: label(one) },
    );
    return [
      ...(groups > 1 || batch === 5 ? [activated] : []),
      forwardAndBackward(
        'convolve',
        [[batch, ...image, inputs], weight],
        ([x, w]) => convolve(x, w, whole),
        { label: label(one) },
      ),
      forwardAndBackward(
        'convolveTransposed',
        [[batch, ...windows, outputs], weight],
        ([y, w]) => convolveTransposed(y, w, whole),
        { label: label(one) },
      ),
    ];
  });
}
