/** jax-js: its own jit, one call a step. */
import {
  blockUntilReady,
  type Device,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import type { GemmPeer, Layout, Peer, StepPeer, StepSpec } from '../../src/bench/peer.ts';
import type { ImageDataset } from '../../src/data/dataset.ts';
import { batchOf, initialLayers, shareRight, shuffled } from './batches.ts';

// A type, not an interface: the library's trees take only these.
type Layer = { w: np.Array; b: np.Array };
type State = {
  layers: Layer[];
  moments: Layer[][];
  /** β₁ᵗ and β₂ᵗ: on the device, since a number that changes would be an upload a step. */
  powers: np.Array;
  key: np.Array;
};

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * The device is waited for as often as this. Without it jax-js's queue grows without end, and with
 * it the time of a step; every 10 steps was the fastest of what was tried.
 */
const WAIT_EVERY = 10;

/** The network's outputs; takes hold of all that it is given, as the library's functions do. */
function forward(layers: Layer[], x: np.Array, masks: np.Array[]): np.Array {
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
function stepOf(spec: StepSpec) {
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

type Batches = { readonly x: np.Array; readonly y: np.Array }[];

/** Every batch of an epoch as arrays of its own, shuffled once: a step is given what it needs, and slices nothing. */
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

function jaxGemm(layout: Layout, n: number, values: Float32Array, device: Device): GemmPeer {
  defaultDevice(device);
  const a = np.array(values, { shape: [n, n], device });
  const b = np.array(values, { shape: [n, n], device });
  const multiply = jit((left: np.Array, right: np.Array) =>
    np.matmul(
      layout === 'TN' ? np.transpose(left) : left,
      layout === 'NT' ? np.transpose(right) : right,
    ),
  );
  const once = (): np.Array => multiply(a.ref, b.ref) as np.Array;
  return {
    run: async (count) => {
      defaultDevice(device);
      for (let i = 1; i <= count; i++) {
        const product = once();
        if (i % WAIT_EVERY === 0 || i === count) await blockUntilReady(product);
        product.dispose();
      }
    },
    row: async () => Float32Array.from((await once().data()).subarray(0, n)),
    dispose: () => {
      a.dispose();
      b.dispose();
      multiply.dispose();
    },
  };
}
