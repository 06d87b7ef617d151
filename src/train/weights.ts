import { describe, isA, isObject } from '../check.ts';
import { parseSafetensors, type Safetensors } from '../data/safetensors.ts';
import { writeSafetensors } from '../data/safetensors-write.ts';
import { DataError, OptionError } from '../errors.ts';
import { Sequential } from '../nn/layers.ts';
import { stateOf } from '../nn/state.ts';
import { isTrainer, needSnapshot, type Snapshot, settingsOf } from './snapshot.ts';
import type { Trainer } from './trainer.ts';
import { matchNames, type WeightNames } from './weight-names.ts';

/**
 * A network's weights as a safetensors file that PyTorch loads: names and layout of its `state_dict`
 * (`0.weight` [out, in], `0.bias` [out], …), F32.
 *
 * @param run a trainer, or what it was at another moment, such as a DeviceLostError's snapshot
 * @param metadata free texts beside `format: pt` and, if the inputs are standardised, `normalize`: its numbers
 *   as JSON, as the trainer's `options.normalize`
 */
export async function weightsOf(
  run: Trainer | Snapshot,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  if (!isObject(metadata)) {
    throw new OptionError(
      `weightsOf(): metadata ${describe(metadata)} was given; it is texts by name`,
    );
  }
  if (!isTrainer(run)) {
    needSnapshot('weightsOf()', run);
    settingsOf(run);
  }
  const parameters = isTrainer(run)
    ? await run.parameters()
    : stateOf(run.options.model, run.tensors.get('parameters') ?? new Map());
  const { normalize } = run.options;
  const scale = normalize ? { normalize: JSON.stringify(normalize) } : {};
  return writeSafetensors(parameters, { format: 'pt', ...scale, ...metadata });
}

/**
 * Reads a model's weights off a safetensors file, PyTorch's or {@link weightsOf}'s. For `trainer.load` and
 * `Inference`.
 *
 * Tensors are F32, F16, BF16, or F64, which is rounded to the nearest F32 (a relative error of at most
 * 6e-8). Names are the model's (`1.weight`), or are found out if there is one way only to do so:
 *
 * - behind `module.`, `_orig_mod.`, `model.`, or what all names of the file begin with:
 *   `linear_relu_stack.1.weight`;
 * - by layer, if every layer of the file has the shapes of one of the model: `fc1.weight`, `0.weight` of a
 *   network without the model's flatten, nested modules. Layers of the same shapes are told apart by the
 *   numbers in their names alone.
 *
 * All else is for `names` and `ignore` to say: the file must have no other tensor than the model.
 *
 * @param bytes the whole file
 * @returns by the model's names, weights [out, in]
 * @throws DataError where the bytes are no whole safetensors file; where its tensors are not the model's,
 *   with those that would fit; where elements are integers, NaN or infinite. OptionError for names that are
 *   not the file's and the model's.
 * @example
 * readWeights(bytes, model, { names: { 'encoder.weight': '1.weight' }, ignore: '*.num_batches_tracked' });
 */
export function readWeights(
  bytes: Uint8Array,
  model: Sequential,
  options: WeightNames = {},
): Map<string, Float32Array> {
  if (!isA(model, Sequential)) {
    throw new OptionError(`readWeights() takes a model; ${describe(model)} was given`);
  }
  const { tensors } = parseSafetensors(bytes);
  const files = matchNames(tensors, model, options);
  return new Map(
    model.named.map(([name, { shape }]) => {
      const advice = 'Use the model that the weights are of';
      const own = files.get(name) ?? name;
      const tensor = tensors.get(own);
      if (tensor?.data instanceof Float64Array) {
        tensors.set(own, { ...tensor, data: Float32Array.from(tensor.data) });
      }
      return [name, floatsNamed(tensors, own, shape, 'the file', advice)];
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
      `${what} has ${tensor.data[bad]} in ${name} at ${bad}; every element must be finite${tensor.dtype === 'F64' ? ' as F32' : ''}. ${advice}`,
    );
  }
  return tensor.data;
}
