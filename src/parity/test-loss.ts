import type { OwnMetric } from '../train/metrics.ts';
import type { Trace } from './trace.ts';

/** The result's name. */
export const TEST_LOSS = 'PyTorch’s test loss';

/**
 * A trace's test loss has all images in one batch. With class weights that is not the mean of the batches' losses: it is
 * Σ w l / Σ w over all images, here in float64 from the network's outputs.
 *
 * @returns undefined if the mean of the batches is the same
 */
export function testLossOf({ loss }: Trace): OwnMetric | undefined {
  if (typeof loss === 'string' || !('classWeights' in loss)) return undefined;
  const { classWeights, labelSmoothing } = loss as typeof loss & {
    readonly classWeights: readonly number[];
    readonly labelSmoothing: number;
  };
  return {
    name: TEST_LOSS,
    compute: (outputs, truth, { count, outputs: width }) => {
      let sum = 0;
      let weights = 0;
      for (let row = 0; row < count; row++) {
        const x = Array.from(outputs.subarray(row * width, (row + 1) * width));
        const most = Math.max(...x);
        const total = Math.log(x.reduce((all, value) => all + Math.exp(value - most), 0)) + most;
        const label = truth[row];
        sum += (1 - labelSmoothing) * classWeights[label] * (total - x[label]);
        x.forEach((value, c) => {
          sum += (labelSmoothing / width) * classWeights[c] * (total - value);
        });
        weights += classWeights[label];
      }
      return sum / weights;
    },
  };
}
