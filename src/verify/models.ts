import { concat, model } from '../nn/functional.ts';
import {
  conv2d,
  convTranspose2d,
  dropout,
  flatten,
  gelu,
  layerNorm,
  linear,
  type Model,
  relu,
  residual,
  rmsNorm,
  Sequential,
  sigmoid,
  silu,
  softmax,
  tanh,
  unflatten,
} from '../nn/layers.ts';

/** Models with branches, skips, norms and shared layers. */
export const MODELS: Readonly<Record<string, Model>> = {
  'residual blocks': new Sequential(
    [49],
    [
      linear(49, 13),
      residual([linear(13, 13), relu()]),
      residual([layerNorm(13), linear(13, 9), gelu(), linear(9, 13), dropout(0.2)]),
      linear(13, 10),
    ],
  ),
  'norms after products': new Sequential(
    [49],
    [linear(49, 13, { bias: false }), rmsNorm(13), silu(), linear(13, 10), layerNorm(10), tanh()],
  ),
  'two branches and a skip': model([49], (x) => {
    const h = x.pipe(linear(49, 7), tanh());
    const wide = concat([h, h.pipe(linear(7, 6), relu()), x.pipe(linear(49, 3))]);
    return wide.pipe(linear(16, 10)).add(h.pipe(linear(7, 10)));
  }),
  'a shared layer': model([49], (x) => {
    const shared = linear(13, 13);
    const h = x.pipe(linear(49, 13), tanh(), shared, sigmoid(), shared);
    return h.pipe(softmax(), linear(13, 10));
  }),
  convolutions: new Sequential(
    [49],
    [
      unflatten([7, 7]),
      conv2d(1, 8, 3, { padding: 1 }),
      relu(),
      residual([conv2d(8, 8, 3, { padding: 1 }), relu()]),
      dropout(0.2),
      conv2d(8, 5, [3, 2], { stride: 2 }),
      tanh(),
      convTranspose2d(5, 2, 2, { stride: 2 }),
      flatten(),
      linear(72, 10),
    ],
  ),
  // A sum is computed in the store of one product, which the other product reads.
  'sums that wait for each other': model([49], (x) => {
    const p0 = x.pipe(linear(49, 8));
    const p1 = x.pipe(linear(49, 8));
    const far = p1.pipe(linear(8, 8));
    const near = p1.pipe(tanh()).add(p0);
    const all = p0.add(far).add(far.pipe(relu())).add(near);
    return all.pipe(linear(8, 10));
  }),
};

/** Models that compute along the last dimension: copied to other rows, and in the same memory if the batch is 8. */
export const LAST_DIMENSION: Readonly<Record<string, Model>> = {
  'rows of a sample': new Sequential(
    [7, 7],
    [
      linear(7, 5),
      tanh(),
      layerNorm(5),
      dropout(0.2),
      linear(5, 4),
      relu(),
      flatten(),
      linear(28, 10),
    ],
  ),
  'rows in one memory': new Sequential(
    [49],
    [
      linear(49, 48),
      relu(),
      unflatten([6, 8]),
      linear(8, 8),
      gelu(),
      residual([linear(8, 8)]),
      softmax(),
      flatten(),
      linear(48, 10),
    ],
  ),
};
