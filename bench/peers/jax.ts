/** jax-js: its own jit, one call a step. */
import {
  blockUntilReady,
  type Device,
  defaultDevice,
  init,
  numpy as np,
  random,
  tree,
} from '@jax-js/jax';
import type { BenchData } from '../../src/bench/data.ts';
import type { Peer, StepPeer, StepSpec } from '../../src/bench/peer.ts';
import { type Batch, batchesOf, judged, testBatch } from './batches.ts';
import { jaxGemm, WAIT_EVERY } from './jax-gemm.ts';
import { networkOf } from './jax-layers.ts';
import { type State, stepOf } from './jax-step.ts';

type Batches = { readonly x: np.Array; readonly y: np.Array }[];

const inputOf = ({ inputs, count }: Batch, device: Device): np.Array =>
  np.array(inputs, {
    shape: [count, inputs.length / count],
    dtype: inputs instanceof Int32Array ? np.int32 : np.float32,
    device,
  });

/** Every batch of an epoch as separate arrays, shuffled once: steps do not slice. */
function upload(spec: StepSpec, data: BenchData, device: Device): Batches {
  const classes = data.dataset.classes.length;
  return [...batchesOf(spec, data)].map((batch) => ({
    x: inputOf(batch, device),
    y: np.array(batch.labels, { shape: [batch.labels.length / classes, classes], device }),
  }));
}

/** jax-js on one of its devices. */
export function jaxPeer(device: 'webgpu' | 'wasm', version: string): Peer {
  let batches: Batches = [];
  return {
    name: `jax-js ${device}`,
    device: device === 'webgpu' ? 'gpu' : 'cpu',
    version,
    init: async () => {
      const got = await init(device);
      if (!got.includes(device)) throw new Error(`jax-js has no ${device} backend here`);
    },
    instead: () => [],
    prepare: async (spec, data) => {
      defaultDevice(device);
      batches = upload(spec, data, device);
      await blockUntilReady(batches);
    },
    step: async (spec, data) => {
      defaultDevice(device);
      return jaxStep(spec, data, device, batches);
    },
    gemm: async (layout, n, values) => jaxGemm(layout, n, values, device),
    forget: async () => {
      tree.dispose(batches);
      batches = [];
    },
  };
}

function jaxStep(spec: StepSpec, data: BenchData, device: Device, batches: Batches): StepPeer {
  const network = networkOf(spec.network.layers);
  const parameters = network.parameters(device);
  const zeros = (): np.Array[] =>
    parameters.map(({ shape, size }) =>
      np.array(new Float32Array(size), { shape: [...shape], device }),
    );
  let state: State = {
    parameters,
    moments: spec.optimizer === 'sgd' ? [] : [zeros(), zeros()],
    powers: np.array(new Float32Array([1, 1]), { device }),
    key: random.key(1),
  };
  const step = stepOf(spec, network);
  let at = 0;
  return {
    run: async (steps) => {
      defaultDevice(device);
      for (let i = 1; i <= steps; i++) {
        const { x, y } = batches[at];
        at = (at + 1) % batches.length;
        const next = step(state, x.ref, y.ref) as { state: State; loss: np.Array };
        state = next.state;
        if (i % WAIT_EVERY === 0 || i === steps) await blockUntilReady(next.loss);
        next.loss.dispose();
      }
      await blockUntilReady(state.parameters);
    },
    evaluate: async () => {
      defaultDevice(device);
      const test = testBatch(spec, data);
      const outputs = network.outputs(tree.ref(state.parameters), inputOf(test, device), []);
      return judged(spec.loss, await outputs.data(), test.labels, data.dataset.classes.length);
    },
    dispose: () => {
      tree.dispose(state);
      step.dispose();
    },
  };
}
