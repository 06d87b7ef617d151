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
import type { Peer, StepPeer, StepSpec } from '../../src/bench/peer.ts';
import type { ImageDataset } from '../../src/data/dataset.ts';
import { batchOf, initialLayers, shareRight, shuffled } from './batches.ts';
import { jaxGemm, WAIT_EVERY } from './jax-gemm.ts';
import { forward, type Layer, type State, stepOf } from './jax-step.ts';

type Batches = { readonly x: np.Array; readonly y: np.Array }[];

/** Every batch of an epoch as separate arrays, shuffled once: steps do not slice. */
function upload(spec: StepSpec, { train, classes }: ImageDataset, device: Device): Batches {
  const order = shuffled(train.count);
  const batches: Batches = [];
  for (let at = 0; at + spec.batch <= train.count; at += spec.batch) {
    const { images, labels, count } = batchOf(
      train,
      classes.length,
      spec,
      order,
      at,
      at + spec.batch,
    );
    batches.push({
      x: np.array(images, { shape: [count, images.length / count], device }),
      y: np.array(labels, { shape: [count, classes.length], device }),
    });
  }
  return batches;
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
    prepare: async (spec, dataset) => {
      defaultDevice(device);
      batches = upload(spec, dataset, device);
      await blockUntilReady(batches);
    },
    step: async (spec, dataset) => {
      defaultDevice(device);
      return jaxStep(spec, dataset, device, batches);
    },
    gemm: async (layout, n, values) => jaxGemm(layout, n, values, device),
    forget: async () => {
      tree.dispose(batches);
      batches = [];
    },
  };
}

function jaxStep(
  spec: StepSpec,
  { test, classes }: ImageDataset,
  device: Device,
  batches: Batches,
): StepPeer {
  const layers = initialLayers(spec.widths).map(({ weight, bias }, i) => ({
    w: np.array(weight, { shape: [spec.widths[i], spec.widths[i + 1]], device }),
    b: np.array(bias, { device }),
  }));
  const zeros = (): Layer[] =>
    layers.map(({ w, b }) => ({
      w: np.array(new Float32Array(w.size), { shape: [...w.shape], device }),
      b: np.array(new Float32Array(b.size), { device }),
    }));
  let state: State = {
    layers,
    moments: spec.optimizer === 'adam' ? [zeros(), zeros()] : [],
    powers: np.array(new Float32Array([1, 1]), { device }),
    key: random.key(1),
  };
  const step = stepOf(spec);
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
      await blockUntilReady(state.layers);
    },
    accuracy: async () => {
      defaultDevice(device);
      const order = Uint32Array.from({ length: test.count }, (_, i) => i);
      const { images } = batchOf(test, classes.length, spec, order, 0, test.count);
      const x = np.array(images, { shape: [test.count, images.length / test.count], device });
      const outputs = forward(tree.ref(state.layers), x, []);
      return shareRight(await outputs.data(), test.labels, classes.length);
    },
    dispose: () => {
      tree.dispose(state);
      step.dispose();
    },
  };
}
