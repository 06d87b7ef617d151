import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { Graph } from '../../src/graph/graph.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { exact } from '../../src/graph/value.ts';
import { inLayout } from '../../src/nn/layers/parameters.ts';
import { buildModel, type Model } from '../../src/nn/model.ts';
import { input } from '../../src/ops/sources.ts';
import { runReference } from '../../src/reference/run.ts';
import type { Parameters } from './parameters.ts';

// A thread of its own would keep Node alive.
env.wasm.numThreads = 1;

/** A model's outputs for samples, in float64 by the reference. */
export function expected(
  model: Model,
  parameters: Parameters,
  samples: Float32Array,
): Float64Array {
  const count = samples.length / sizeOf(model.inputShape);
  const graph = new Graph();
  const x = input(graph, 'the samples', [count, ...model.inputShape]);
  const outputs = buildModel(model, x, false);
  const tensors = model.parameters.map((spec) => {
    const data = parameters.get(spec.name)?.data ?? new Float32Array();
    const stored = inLayout(spec, Float32Array.from(data), 'into storage');
    return [spec.name, exact(Float64Array.from(stored))] as const;
  });
  const values = runReference([outputs], {
    tensors: new Map([...tensors, ['the samples', exact(Float64Array.from(samples))]]),
    moments: new Map(),
    images: new Uint8Array(),
    labels: new Uint8Array(count),
    indices: Array.from({ length: count }, (_, i) => i),
    count,
    step: 0,
    key: [0, 0],
  });
  return values.get(outputs)?.data ?? new Float64Array();
}

/** What ONNX Runtime computes of one input. */
export async function outputsOf(
  file: Uint8Array,
  samples: Float32Array | BigInt64Array | Uint8Array,
  shape: readonly number[],
): Promise<Float32Array> {
  const session = await InferenceSession.create(file, { logSeverityLevel: 3 });
  try {
    const [name] = session.inputNames;
    const type =
      samples instanceof Float32Array
        ? 'float32'
        : samples instanceof Uint8Array
          ? 'uint8'
          : 'int64';
    const results = await session.run({ [name]: new Tensor(type, samples, shape) });
    return results[session.outputNames[0]].data as Float32Array;
  } finally {
    await session.release();
  }
}

/** The largest ‖found − expected‖₂ / ‖expected‖₂ of a sample. */
export function distance(
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  samples: number,
): number {
  if (found.length !== wanted.length) return NaN;
  const each = wanted.length / samples;
  let worst = 0;
  for (let sample = 0; sample < samples; sample++) {
    let [off, size] = [0, 0];
    for (let i = sample * each; i < (sample + 1) * each; i++) {
      off += (found[i] - wanted[i]) ** 2;
      size += wanted[i] ** 2;
    }
    worst = Math.max(worst, Math.sqrt(off / size));
  }
  return worst;
}
