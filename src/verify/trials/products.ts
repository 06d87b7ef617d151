import { matmul } from '../../ops/matmul.ts';
import type { Trial } from '../trial.ts';
import { forwardAndBackward } from './shared.ts';

const PRODUCTS: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 10, 3],
  [2, 3, 5],
  [4, 4, 4],
  [5, 7, 11],
  [8, 8, 8],
  [9, 7, 8],
  [17, 31, 63],
  [33, 9, 129],
  [64, 64, 64],
  [65, 33, 31],
  [100, 10, 64],
  [100, 128, 784],
  // Large enough for every family of kernels, with gradients that turn along k and along m.
  [101, 129, 515],
  // So deep that the sum is split over two dispatches.
  [3, 5, 4100],
];

export function productTrials(): Trial[] {
  return PRODUCTS.flatMap(([m, n, k]) =>
    [
      { transposeA: false, transposeB: false },
      { transposeA: false, transposeB: true },
      { transposeA: true, transposeB: false },
      { transposeA: true, transposeB: true },
    ].map((transposed) => {
      const a = transposed.transposeA ? [k, m] : [m, k];
      const b = transposed.transposeB ? [n, k] : [k, n];
      const layout = `${transposed.transposeA ? 'T' : 'N'}${transposed.transposeB ? 'T' : 'N'}`;
      return forwardAndBackward('matmul', [a, b], ([x, y]) => matmul(x, y, transposed), {
        label: `${layout} ${m}×${n}×${k}`,
        batch: m,
      });
    }),
  );
}
