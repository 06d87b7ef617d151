import { describe, FINITE, isMap, isNumbers, looksLike } from '../check.ts';
import { DataError, OptionError, ShapeError } from '../errors.ts';
import type { ParameterStore } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { parameterLayout, type Sequential } from './layers.ts';

/**
 * Parameters by name as PyTorch's `state_dict` has them: `0.weight` [out, in], `0.bias` [out], …. Values row
 * by row, or tensors as `trainer.parameters()` gives them.
 */
export type State = ReadonlyMap<string, ArrayLike<number> | { readonly data: ArrayLike<number> }>;

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
 * Sets parameters of a model, all or some; nothing is set if anything is wrong.
 *
 * @throws OptionError for what is no Map of numbers by name, or a name that the model has not; ShapeError
 *   for a wrong number of values; DataError for a value that is not finite in float32.
 */
export function writeState(store: ParameterStore, model: Sequential, state: State): void {
  for (const [name, values] of storedState(model, state)) store.write(name, values);
}

const valuesOf = (given: unknown): unknown =>
  looksLike(given, { data: 'object' }) ? (given as StateTensor).data : given;

/** The parameters that others' names may stand for, by their numbers of values: the end of a message. */
export function fits(model: Sequential, state: State): string {
  const missing = model.named.filter(([name]) => !state.has(name));
  const given = [...state.entries()];
  const pairs = given.flatMap(([name, one]) => {
    const values = valuesOf(one);
    const alike = missing.filter(
      ([, { shape }]) => isNumbers(values) && sizeOf(shape) === values.length,
    );
    const known = model.named.some(([own]) => own === name);
    return known || alike.length === 0
      ? []
      : [`${describe(name)} → ${alike.map(([own]) => own).join(' or ')}`];
  });
  if (pairs.length === 0) return '';
  return `. By size fit ${pairs.slice(0, 5).join(', ')}; of a file, readWeights() finds names out`;
}

/** @throws OptionError for what is no Map. */
export function checkState(state: unknown): void {
  if (isMap(state)) return;
  throw new OptionError(
    `parameters: ${describe(state)} was given; they are a Map of arrays by name, as parameters() and readWeights() give them`,
  );
}

/** Values as they are stored, checked; see {@link writeState}. */
function storedState(model: Sequential, state: State): Map<string, Float32Array> {
  checkState(state);
  const shapes = new Map(model.named.map(([name, { shape }]) => [name, shape]));
  const stored = new Map<string, Float32Array>();
  for (const [name, given] of state.entries()) {
    const shape = shapes.get(name);
    if (!shape) {
      throw new OptionError(
        `there is no parameter ${describe(name)}; there are ${[...shapes.keys()].join(', ')}${fits(model, state)}`,
      );
    }
    const values = valuesOf(given);
    if (!isNumbers(values)) {
      throw new OptionError(`parameter ${name}: ${describe(values)} was given; use a Float32Array`);
    }
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        `${values.length} values were given for ${name}; its shape [${shape.join(', ')}] has ${sizeOf(shape)}`,
      );
    }
    const floats = Float32Array.from(values);
    const bad = floats.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new DataError(`${name} has ${values[bad]} at ${bad}; ${FINITE}`);
    stored.set(name, parameterLayout(shape, floats, 'into storage'));
  }
  return stored;
}
