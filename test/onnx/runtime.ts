import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { Graph } from '../../src/graph/graph.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { exact } from '../../src/graph/value.ts';
import { inLayout, type ParameterSpec } from '../../src/nn/layers/parameters.ts';
import { buildModel, type Model } from '../../src/nn/model.ts';
import { input } from '../../src/ops/sources.ts';
import { runReference } from '../../src/reference/run.ts';
import { Random } from '../fuzz/random.ts';

// A thread of its own would keep Node alive.
env.wasm.numThreads = 1;

export type Parameters = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>;

/** Numbers as a trained network has them: about normal, with mean 0 and deviation 1. */
export function normals(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random.unit();
    return sum;
  });
}

function valuesOf({ name, shape, bound, initial }: ParameterSpec, random: Random): Float32Array {
  const values = normals(sizeOf(shape), random);
  // A variance is positive; a norm's weight is around 1; a weight is as large as its layer begins with.
  if (name.endsWith('running_var')) return values.map((value) => Math.exp(value / 2));
  if (initial?.name === 'constants 1') return values.map((value) => 1 + value / 4);
  return values.map((value) => value * (bound ?? 0.3));
}

/** Random parameters for a model, none of them at its initial value. */
export function randomParameters(model: Model, seed = 1): Parameters {
  const random = new Random(seed);
  return new Map(
    model.parameters.map((spec) => [
      spec.name,
      { shape: spec.shape, data: valuesOf(spec, random) },
    ]),
  );
}

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
