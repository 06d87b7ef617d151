/** TensorFlow.js: its own optimizers, one `minimize` a step. */
import * as tf from '@tensorflow/tfjs-core';
// The core does not register gradients.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { BenchData } from '../../src/bench/data.ts';
import type { GemmPeer, Layout, Peer, StepPeer, StepSpec } from '../../src/bench/peer.ts';
import { type Batch, batchesOf, judged, testBatch } from './batches.ts';
import { insteadOf, networkOf } from './tfjs-layers.ts';

/** Steps between two waits for the device: faster than letting the queue grow (83 instead of 95 s for each epoch). */
const WAIT_EVERY = 10;

type Batches = { readonly x: tf.Tensor2D; readonly y: tf.Tensor2D }[];

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

const inputOf = ({ inputs, count }: Batch): tf.Tensor2D =>
  tf.tensor2d(
    inputs,
    [count, inputs.length / count],
    inputs instanceof Int32Array ? 'int32' : 'float32',
  );

/** Every batch of an epoch as separate tensors, shuffled once: steps do not slice. */
function upload(spec: StepSpec, data: BenchData): Batches {
  const classes = data.dataset.classes.length;
  return [...batchesOf(spec, data)].map((batch) => ({
    x: inputOf(batch),
    y: tf.tensor2d(batch.labels, [batch.labels.length / classes, classes]),
  }));
}

function tfStep(spec: StepSpec, data: BenchData, backend: string, batches: Batches): StepPeer {
  const network = networkOf(spec.network.layers, backend);
  const variables = [...network.variables];
  const rate = spec.learningRate;
  const optimizer = spec.optimizer === 'sgd' ? tf.train.sgd(rate) : tf.train.adam(rate);
  const kept = spec.optimizer === 'adamw' ? 1 - rate * spec.weightDecay : 1;
  let at = 0;
  return {
    run: async (steps) => {
      await tf.setBackend(backend);
      for (let i = 1; i <= steps; i++) {
        const { x, y } = batches[at];
        at = (at + 1) % batches.length;
        if (kept !== 1) {
          tf.tidy(() => {
            for (const variable of variables) variable.assign(tf.mul(variable, kept));
          });
        }
        optimizer.minimize(() => lossOf(spec.loss, network.outputs(x, true), y), false, variables);
        if (i % WAIT_EVERY === 0 || i === steps) await ready();
      }
    },
    evaluate: async () => {
      await tf.setBackend(backend);
      const test = testBatch(spec, data);
      const outputs = tf.tidy(() => network.outputs(inputOf(test), false));
      const values = await outputs.data();
      outputs.dispose();
      return judged(spec.loss, values, test.labels, data.dataset.classes.length);
    },
    dispose: async () => {
      await tf.setBackend(backend);
      optimizer.dispose();
      tf.dispose(variables);
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
    instead: ({ network, optimizer }) => [
      ...insteadOf(network.layers, backend),
      ...(optimizer === 'adamw'
        ? [
            'it has no AdamW, so the weights are multiplied by 1 − rate · decay before each step of Adam',
          ]
        : []),
    ],
    prepare: async (spec, data) => {
      await tf.setBackend(backend);
      batches = upload(spec, data);
      if (backend !== 'webgpu') return;
      // Upload now: otherwise the first step with a batch would upload it while timed.
      const gpu = tf.backend() as unknown as WebGpuBackend;
      for (const [i, { x, y }] of batches.entries()) {
        for (const tensor of [x, y]) gpu.uploadToGPU(tensor.dataId);
        if (i % WAIT_EVERY === 0) await ready();
      }
      await ready();
    },
    step: async (spec, data) => {
      await tf.setBackend(backend);
      return tfStep(spec, data, backend, batches);
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
