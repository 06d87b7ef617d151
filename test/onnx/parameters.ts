import { sizeOf } from '../../src/graph/tensor.ts';
import type { ParameterSpec } from '../../src/nn/layers/parameters.ts';
import type { Model } from '../../src/nn/model.ts';
import { Random } from '../fuzz/random.ts';

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
