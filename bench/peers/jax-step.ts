/** The paper's network and its optimizers in jax-js: one jitted function a step. */
import { jit, nn, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax';
import type { StepSpec } from '../../src/bench/peer.ts';

// A type, not an interface: the library's trees only accept types.
export type Layer = { w: np.Array; b: np.Array };
export type State = {
  layers: Layer[];
  moments: Layer[][];
  /** β₁ᵗ and β₂ᵗ, on the device: a changing number would need an upload for each step. */
  powers: np.Array;
  key: np.Array;
};

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** The network's outputs. Consumes its arguments, like the library's functions. */
export function forward(layers: Layer[], x: np.Array, masks: np.Array[]): np.Array {
  let h = x;
  for (const [i, { w, b }] of layers.entries()) {
    h = np.matmul(h, w).add(b);
    if (i < layers.length - 1) h = nn.relu(h);
    if (masks[i]) h = h.mul(masks[i]);
  }
  return h;
}

function lossOf(kind: StepSpec['loss'], outputs: np.Array, y: np.Array): np.Array {
  if (kind === 'mse') return np.mean(np.square(outputs.sub(y)));
  const rows = y.shape[0];
  return nn
    .logSoftmax(outputs)
    .mul(y)
    .sum()
    .mul(-1 / rows);
}

/** One step as a single jitted function of (state, batch): the library fuses what it can. */
export function stepOf(spec: StepSpec) {
  const rate = spec.learningRate;
  const keep = 1 - spec.dropout;
  return jit((state: State, x: np.Array, y: np.Array): { state: State; loss: np.Array } => {
    const hidden = spec.widths.slice(1, -1);
    const keys = random.split(state.key, hidden.length + 1);
    const masks = hidden.map((width, i) =>
      random
        .bernoulli(keys.ref.slice(i + 1), keep, [spec.batch, width])
        .astype(np.float32)
        .mul(1 / keep),
    );
    const key = keys.slice(0);
    const lossOfLayers = (layers: Layer[]): np.Array =>
      lossOf(spec.loss, forward(layers, x, masks), y);
    const [loss, slopes] = valueAndGrad(lossOfLayers)(tree.ref(state.layers)) as [
      np.Array,
      Layer[],
    ];
    if (spec.optimizer === 'sgd') {
      const layers = tree.map(
        (p: np.Array, g: np.Array) => p.sub(g.mul(rate)),
        state.layers,
        slopes,
      ) as Layer[];
      return { state: { layers, moments: [], powers: state.powers, key }, loss };
    }
    const [first, second] = state.moments;
    const m = tree.map(
      (old: np.Array, g: np.Array) => old.mul(BETA1).add(g.mul(1 - BETA1)),
      first,
      tree.ref(slopes),
    ) as Layer[];
    const v = tree.map(
      (old: np.Array, g: np.Array) => old.mul(BETA2).add(np.square(g).mul(1 - BETA2)),
      second,
      slopes,
    ) as Layer[];
    const powers = state.powers.mul(np.array([BETA1, BETA2]));
    const correct1 = np.subtract(1, powers.ref.slice(0));
    const correct2 = np.subtract(1, powers.ref.slice(1));
    const layers = tree.map(
      (p: np.Array, a: np.Array, b: np.Array) =>
        p.sub(
          a
            .div(correct1.ref)
            .mul(rate)
            .div(np.sqrt(b.div(correct2.ref)).add(EPSILON)),
        ),
      state.layers,
      tree.ref(m),
      tree.ref(v),
    ) as Layer[];
    correct1.dispose();
    correct2.dispose();
    return { state: { layers, moments: [m, v], powers, key }, loss };
  });
}
