import type { ParameterStore } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { parameterLayout, type Sequential } from './layers.ts';

/** Parameters by name as PyTorch's `state_dict` has them: `0.weight` [out, in], `0.bias` [out], …. */
export type State = ReadonlyMap<string, ArrayLike<number>>;

/** A tensor as PyTorch has it: weights [out, in], row by row. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Tensors by parameter name as PyTorch has them, from how they are stored. */
export function stateOf(
  model: Sequential,
  stored: ReadonlyMap<string, Float32Array>,
): Map<string, StateTensor> {
  return new Map(
    model.named.map(([name, { shape }]) => {
      const values = stored.get(name) ?? new Float32Array(sizeOf(shape));
      return [name, { shape, data: parameterLayout(shape, values, 'out of storage') }];
    }),
  );
}

/**
 * Sets parameters of a model, all or some.
 *
 * @throws OptionError for a name that the model has not; ShapeError for a wrong number of values.
 */
export function writeState(store: ParameterStore, model: Sequential, state: State): void {
  const shapes = new Map(model.named.map(([name, { shape }]) => [name, shape]));
  for (const [name, values] of state) {
    const shape = shapes.get(name);
    const matrix = shape?.length === 2 && values.length === sizeOf(shape);
    const stored = matrix
      ? parameterLayout(shape, Float32Array.from(values), 'into storage')
      : values;
    store.write(name, stored);
  }
}
