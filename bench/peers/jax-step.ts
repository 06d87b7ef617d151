/** A training step in jax-js: one jitted function. */
import { jit, nn, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax';
import type { LayerSpec } from '../../src/bench/networks/index.ts';
import type { StepSpec } from '../../src/bench/peer.ts';
import type { Network } from './jax-layers.ts';

// A type, not an interface: the library's trees only accept types.
export type State = {
  parameters: np.Array[];
  moments: np.Array[][];
  /** β₁ᵗ and β₂ᵗ, on the device: a changing number would need an upload for each step. */
  powers: np.Array;
  key: np.Array;
};

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

function lossOf(kind: StepSpec['loss'], outputs: np.Array, y: np.Array): np.Array {
  if (kind === 'mse') return np.mean(np.square(outputs.sub(y)));
  const rows = y.shape[0];
  return nn
    .logSoftmax(outputs)
    .mul(y)
    .sum()
    .mul(-1 / rows);
}

type Dropout = Extract<LayerSpec, { readonly kind: 'dropout' }>;

const dropoutsOf = (layers: readonly LayerSpec[]): Dropout[] =>
  layers.flatMap((layer) =>
    layer.kind === 'dropout' ? [layer] : layer.kind === 'residual' ? dropoutsOf(layer.layers) : [],
  );

/** One step as a single jitted function of (state, batch): the library fuses what it can. */
export function stepOf(spec: StepSpec, network: Network) {
  const rate = spec.learningRate;
  const kept = spec.optimizer === 'adamw' ? 1 - rate * spec.weightDecay : 1;
  const dropouts = dropoutsOf(spec.network.layers);
  return jit((state: State, x: np.Array, y: np.Array): { state: State; loss: np.Array } => {
    const keys = random.split(state.key, dropouts.length + 1);
    const masks = dropouts.map(({ rate: dropped, width }, i) =>
      random
        .bernoulli(keys.ref.slice(i + 1), 1 - dropped, [spec.batch, width])
        .astype(np.float32)
        .mul(1 / (1 - dropped)),
    );
    const key = keys.slice(0);
    const lossOfParameters = (parameters: np.Array[]): np.Array =>
      lossOf(spec.loss, network.outputs(parameters, x, masks), y);
    const [loss, slopes] = valueAndGrad(lossOfParameters)(tree.ref(state.parameters)) as [
      np.Array,
      np.Array[],
    ];
    if (spec.optimizer === 'sgd') {
      const parameters = tree.map(
        (p: np.Array, g: np.Array) => p.sub(g.mul(rate)),
        state.parameters,
        slopes,
      ) as np.Array[];
      return { state: { parameters, moments: [], powers: state.powers, key }, loss };
    }
    const [first, second] = state.moments;
    const m = tree.map(
      (old: np.Array, g: np.Array) => old.mul(BETA1).add(g.mul(1 - BETA1)),
      first,
      tree.ref(slopes),
    ) as np.Array[];
    const v = tree.map(
      (old: np.Array, g: np.Array) => old.mul(BETA2).add(np.square(g).mul(1 - BETA2)),
      second,
      slopes,
    ) as np.Array[];
    const powers = state.powers.mul(np.array([BETA1, BETA2]));
    const correct1 = np.subtract(1, powers.ref.slice(0));
    const correct2 = np.subtract(1, powers.ref.slice(1));
    const parameters = tree.map(
      (p: np.Array, a: np.Array, b: np.Array) =>
        (kept === 1 ? p : p.mul(kept)).sub(
          a
            .div(correct1.ref)
            .mul(rate)
            .div(np.sqrt(b.div(correct2.ref)).add(EPSILON)),
        ),
      state.parameters,
      tree.ref(m),
      tree.ref(v),
    ) as np.Array[];
    correct1.dispose();
    correct2.dispose();
    return { state: { parameters, moments: [m, v], powers, key }, loss };
  });
}
