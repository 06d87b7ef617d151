/** TensorFlow.js: its own optimizers, one `minimize` a step. */
import * as tf from '@tensorflow/tfjs-core';
// The core does not register gradients.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { GemmPeer, Layout, Peer, StepPeer, StepSpec } from '../../src/bench/peer.ts';
import type { ImageDataset } from '../../src/data/dataset.ts';
import { batchOf, initialLayers, shareRight, shuffled } from './batches.ts';

/** Steps between two waits for the device: faster than letting the queue grow (83 instead of 95 s for each epoch). */
const WAIT_EVERY = 10;

type Layer = { readonly w: tf.Variable<tf.Rank.R2>; readonly b: tf.Variable<tf.Rank.R1> };
type Batches = { readonly x: tf.Tensor2D; readonly y: tf.Tensor2D }[];

function forward(layers: readonly Layer[], x: tf.Tensor2D, dropout: number): tf.Tensor2D {
  let h: tf.Tensor2D = x;
  for (const [i, { w, b }] of layers.entries()) {
    h = tf.add(tf.matMul(h, w), b);
    if (i === layers.length - 1) return h;
    h = tf.relu(h);
    // The library's only dropout draws the mask on the CPU and uploads it.
    if (dropout > 0) h = tf.dropout(h, dropout) as tf.Tensor2D;
  }
  return h;
}

function lossOf(kind: StepSpec['loss'], outputs: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar {
  return kind === 'mse'
    ? tf.losses.meanSquaredError(y, outputs)
    : tf.losses.softmaxCrossEntropy(y, outputs);
}

/** Additional members of the WebGPU backend, which the core's types lack. */
interface WebGpuBackend {
  readonly device: GPUDevice;
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(dataId: object): void;
}

/** Waits for the GPU without reading back. Other backends have nothing to wait for. */
async function ready(): Promise<void> {
  if (tf.getBackend() !== 'webgpu') return;
  const backend = tf.backend() as unknown as WebGpuBackend;
  // The backend batches dispatches. Flush the rest, which belongs to the measured steps.
  if (backend.commandEncoder) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
  await backend.device.queue.onSubmittedWorkDone();
}

/** Every batch of an epoch as separate tensors, shuffled once: steps do not slice. */
function upload(spec: StepSpec, { train, classes }: ImageDataset): Batches {
  const order = shuffled(train.count);
  const batches: Batches = [];
  for (let at = 0; at + spec.batch <= train.count; at += spec.batch) {
    const end = at + spec.batch;
    const { images, labels, count } = batchOf(train, classes.length, spec, order, at, end);
    batches.push({
      x: tf.tensor2d(images, [count, images.length / count]),
      y: tf.tensor2d(labels, [count, classes.length]),
    });
  }
  return batches;
}

function tfStep(
  spec: StepSpec,
  { test, classes }: ImageDataset,
  backend: string,
  batches: Batches,
): StepPeer {
  const { widths } = spec;
  const layers = initialLayers(widths).map(({ weight, bias }, i) => ({
    w: tf.variable(tf.tensor2d(weight, [widths[i], widths[i + 1]])),
    b: tf.variable(tf.tensor1d(bias)),
  }));
  const optimizer =
    spec.optimizer === 'adam' ? tf.train.adam(spec.learningRate) : tf.train.sgd(spec.learningRate);
  let at = 0;
  return {
    run: async (steps) => {
      await tf.setBackend(backend);
      for (let i = 1; i <= steps; i++) {
        const { x, y } = batches[at];
        at = (at + 1) % batches.length;
        optimizer.minimize(() => lossOf(spec.loss, forward(layers, x, spec.dropout), y), false);
        if (i % WAIT_EVERY === 0 || i === steps) await ready();
      }
    },
    accuracy: async () => {
      await tf.setBackend(backend);
      const order = Uint32Array.from({ length: test.count }, (_, i) => i);
      const { images } = batchOf(test, classes.length, spec, order, 0, test.count);
      const outputs = tf.tidy(() =>
        forward(layers, tf.tensor2d(images, [test.count, images.length / test.count]), 0),
      );
      const values = await outputs.data();
      outputs.dispose();
      return shareRight(values, test.labels, classes.length);
    },
    dispose: async () => {
      await tf.setBackend(backend);
      optimizer.dispose();
      for (const { w, b } of layers) tf.dispose([w, b]);
    },
  };
}

function tfGemm(layout: Layout, n: number, values: Float32Array, backend: string): GemmPeer {
  const a = tf.tensor2d(values, [n, n]);
  const b = tf.tensor2d(values, [n, n]);
  const once = () => tf.matMul(a, b, layout === 'TN', layout === 'NT');
  return {
    run: async (count) => {
      await tf.setBackend(backend);
      for (let i = 1; i <= count; i++) {
        once().dispose();
        if (i % WAIT_EVERY === 0 || i === count) await ready();
      }
    },
    row: async () => {
      await tf.setBackend(backend);
      const product = once();
      const got = await product.data();
      product.dispose();
      return Float32Array.from(got.subarray(0, n));
    },
    dispose: () => tf.dispose([a, b]),
  };
}

/**
 * TensorFlow.js on one of its backends.
 *
 * @param register loads the backend, which registers itself
 */
export function tfPeer(backend: 'webgpu' | 'wasm', register: () => Promise<unknown>): Peer {
  let batches: Batches = [];
  return {
    name: `TF.js ${backend}`,
    device: backend === 'webgpu' ? 'gpu' : 'cpu',
    version: tf.version_core,
    init: async () => {
      await register();
      if (!(await tf.setBackend(backend))) throw new Error(`TF.js has no ${backend} backend here`);
      await tf.ready();
    },
    prepare: async (spec, dataset) => {
      await tf.setBackend(backend);
      batches = upload(spec, dataset);
      if (backend !== 'webgpu') return;
      // Upload now: otherwise the first step with a batch would upload it while timed.
      const gpu = tf.backend() as unknown as WebGpuBackend;
      for (const [i, { x, y }] of batches.entries()) {
        for (const tensor of [x, y]) gpu.uploadToGPU(tensor.dataId);
        if (i % WAIT_EVERY === 0) await ready();
      }
      await ready();
    },
    step: async (spec, dataset) => {
      await tf.setBackend(backend);
      return tfStep(spec, dataset, backend, batches);
    },
    gemm: async (layout, n, values) => {
      await tf.setBackend(backend);
      return tfGemm(layout, n, values, backend);
    },
    forget: async () => {
      await tf.setBackend(backend);
      for (const { x, y } of batches) tf.dispose([x, y]);
      batches = [];
    },
  };
}
