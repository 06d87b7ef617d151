import { describe, isMap, isNumbers, isObject } from '../check.ts';
import { isDtype, type TensorArray } from '../data/dtype.ts';
import type { NpyArray } from '../data/npy.ts';
import { parseSafetensors, type Safetensors } from '../data/safetensors.ts';
import { isCounts } from '../data/safetensors-entry.ts';
import { writeSafetensors } from '../data/safetensors-write.ts';
import { DataError, OptionError } from '../errors.ts';
import { checkModel, type Model } from '../nn/model.ts';
import { stateOf } from '../nn/state.ts';
import { isTrainer } from './is-trainer.ts';
import { needSnapshot, type Snapshot, settingsOf } from './snapshot.ts';
import type { Trainer } from './trainer.ts';
import { isBatchCount, matchNames, type WeightNames } from './weight-names.ts';

/**
 * A network's weights as a safetensors file for PyTorch, with the names and the layout of its `state_dict`
 * (`0.weight` [out, in], `0.bias` [out], …), F32.
 *
 * @param run a trainer or a snapshot, such as that of a DeviceLostError
 * @param metadata further texts by name. The file also has `format: pt` and, if the inputs are standardised,
 *   `normalize`: the trainer's `options.normalize` as JSON
 */
export async function weightsOf(
  run: Trainer | Snapshot,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  if (!isObject(metadata)) {
    throw new OptionError(
      `weightsOf(): metadata ${describe(metadata)} was given; use strings by name`,
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
 * Reads a model's weights from a safetensors file of PyTorch or of {@link weightsOf}, or from arrays of numpy, for
 * `trainer.load` and `Inference`.
 *
 * Tensors are F32, F16, BF16, or F64, which is rounded to the nearest F32 (a relative error of at most
 * 6e-8). Names are the model's (`1.weight`). Other names are matched if there is only one way:
 *
 * - after a prefix `module.`, `_orig_mod.` or `model.`, or one that all names of the file have:
 *   `linear_relu_stack.1.weight`;
 * - by layer, if every layer of the file has the shapes of one of the model: `fc1.weight`, `0.weight` of a
 *   network without the model's flatten, nested modules. Layers with the same shapes are distinguished only
 *   by the numbers in their names.
 *
 * `num_batches_tracked` of a batch norm is an integer in PyTorch's files. If a file lacks it, it is 0.
 *
 * Use `names` and `ignore` for everything else: all tensors of the file must be matched or ignored.
 *
 * @param file the bytes of a safetensors file; or arrays by name, as `parseNpz` returns them
 * @returns weights by the model's names, [out, in]; all, but for those that `missing` names
 * @throws DataError if the bytes are not a complete safetensors file; if its tensors are not the model's, with
 *   those that would fit; if elements are integers, NaN or infinite. OptionError if a name is not in the file or
 *   in the model
 * @example
 * readWeights(bytes, model, { names: { 'encoder.weight': '1.weight' }, ignore: 'decoder.*' });
 */
export function readWeights(
  file: Uint8Array | ReadonlyMap<string, NpyArray>,
  model: Model,
  options: WeightNames = {},
): Map<string, Float32Array> {
  checkModel('readWeights(): model', model);
  const tensors = isMap(file) ? arraysIn(file) : parseSafetensors(file).tensors;
  return weightsIn(tensors, model, options);
}

/** A copy of arrays. @throws DataError unless each has a type, a shape and elements */
function arraysIn(arrays: ReadonlyMap<unknown, unknown>): Safetensors['tensors'] {
  const copy: Safetensors['tensors'] = new Map();
  for (const [name, one] of arrays.entries()) {
    const { dtype, shape, data } = isObject(one) ? one : ({} as Record<string, unknown>);
    if (typeof name !== 'string' || !isDtype(dtype) || !isCounts(shape) || !isNumbers(data)) {
      throw new DataError(
        `readWeights(): ${describe(name)} is ${describe(one)}; use what parseNpz() returns, or the bytes of a safetensors file`,
      );
    }
    if (data.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new DataError(
        `readWeights(): ${describe(name)} has ${data.length} elements, its shape [${shape.slice(0, 8).join(', ')}] another number. Use what parseNpz() returns`,
      );
    }
    copy.set(name, { dtype, shape, data: data as TensorArray });
  }
  return copy;
}

/** As {@link readWeights}, of the tensors of a file. */
export function weightsIn(
  tensors: Safetensors['tensors'],
  model: Model,
  options: WeightNames = {},
): Map<string, Float32Array> {
  const hasCounts = model.parameters.some(({ name }) => isBatchCount(name));
  for (const [name, { dtype, shape, data }] of tensors) {
    // PyTorch counts in 64 bits.
    if (!hasCounts || !isBatchCount(name) || dtype !== 'I64') continue;
    const counts = Float32Array.from(data as ArrayLike<number | bigint>, Number);
    tensors.set(name, { dtype: 'F32', shape, data: counts });
  }
  const files = matchNames(tensors, model, options);
  const spared = options.missing !== undefined;
  const read = model.parameters.filter(
    ({ name }) => !spared || files.has(name) || isBatchCount(name),
  );
  return new Map(
    read.map(({ name, shape }) => {
      const advice = 'Use the model that the weights are of';
      if (isBatchCount(name) && !files.has(name)) return [name, new Float32Array(1)];
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
 * Checks a tensor of a file.
 *
 * @param what the file, for the error
 * @param advice what to do, for the error
 * @throws DataError if it is missing, has another shape or type, or contains NaN or infinity
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
