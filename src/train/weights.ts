import { parseSafetensors, type Safetensors } from '../data/safetensors.ts';
import { writeSafetensors } from '../data/safetensors-write.ts';
import { DataError } from '../errors.ts';
import type { Sequential } from '../nn/layers.ts';
import { stateOf } from '../nn/state.ts';
import type { Snapshot } from './snapshot.ts';
import type { Trainer } from './trainer.ts';

/**
 * A network's weights as a safetensors file that PyTorch loads: names and layout of its `state_dict`
 * (`0.weight` [out, in], `0.bias` [out], …), F32.
 *
 * @param run a trainer, or what it was at another moment, such as a DeviceLostError's snapshot
 * @param metadata free texts beside `format: pt`
 */
export async function weightsOf(
  run: Trainer | Snapshot,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const parameters =
    'tensors' in run
      ? stateOf(run.options.model, run.tensors.get('parameters') ?? new Map())
      : await run.parameters();
  return writeSafetensors(parameters, { format: 'pt', ...metadata });
}

/**
 * Reads a model's weights off a safetensors file, PyTorch's or {@link weightsOf}'s: F32, F16 or BF16. For
 * `trainer.load` and `Inference`.
 *
 * @param bytes the whole file
 * @throws DataError where the bytes are no whole safetensors file, or its tensors are not the model's: a
 *   name or a shape differs, elements are integers, NaN or infinite.
 */
export function readWeights(bytes: Uint8Array, model: Sequential): Map<string, Float32Array> {
  const { tensors } = parseSafetensors(bytes);
  const shapes = new Map(model.named.map(([name, { shape }]) => [name, shape]));
  const surplus = [...tensors.keys()].find((name) => !shapes.has(name));
  if (surplus !== undefined) {
    throw new DataError(
      `the file has ${surplus}, which this model has not; it has ${[...shapes.keys()].join(', ')}. Use the model that the weights are of`,
    );
  }
  return new Map(
    [...shapes].map(([name, shape]) => {
      const advice = 'Use the model that the weights are of';
      return [name, floatsNamed(tensors, name, shape, 'the file', advice)];
    }),
  );
}

/**
 * A tensor of a file, checked.
 *
 * @param what the file, for the error
 * @param advice what to do, for the error
 * @throws DataError where it is missing, of another shape or no floats, or holds NaN or infinity.
 */
export function floatsNamed(
  tensors: Safetensors['tensors'],
  name: string,
  shape: readonly number[],
  what: string,
  advice: string,
): Float32Array {
  const tensor = tensors.get(name);
  if (!(tensor?.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
    const got = tensor ? `${name} as ${tensor.dtype} [${tensor.shape.join(', ')}]` : `no ${name}`;
    throw new DataError(
      `${what} has ${got}; it must be F32, F16 or BF16 [${shape.join(', ')}]. ${advice}`,
    );
  }
  const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DataError(
      `${what} has ${tensor.data[bad]} in ${name} at ${bad}; every element must be finite. ${advice}`,
    );
  }
  return tensor.data;
}
