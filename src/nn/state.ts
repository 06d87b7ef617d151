import { describe, FINITE, isMap, isNumbers, looksLike } from '../check.ts';
import { DataError, OptionError, ShapeError } from '../errors.ts';
import type { ParameterStore } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { inLayout } from './layers/parameters.ts';
import type { Model } from './model.ts';

/**
 * Parameters by name, like PyTorch's `state_dict`: `0.weight` [out, in], `0.bias` [out], … Either values row by
 * row, or tensors as `trainer.parameters()` returns them.
 */
export type State = ReadonlyMap<string, ArrayLike<number> | { readonly data: ArrayLike<number> }>;

/** A tensor in PyTorch's layout: weights [out, in], row by row. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Stored parameters as tensors in PyTorch's layout, by name. */
export function stateOf(
  model: Model,
  stored: ReadonlyMap<string, Float32Array>,
): Map<string, StateTensor> {
  return new Map(
    model.parameters.map((spec) => {
      const { name, shape } = spec;
      const values = stored.get(name) ?? new Float32Array(sizeOf(shape));
      return [name, { shape, data: inLayout(spec, values, 'out of storage') }];
    }),
  );
}

/**
 * Sets all or some parameters of a model. Nothing is set if anything is wrong.
 *
 * @throws OptionError unless it is a Map of numbers by the model's names; ShapeError
 *   for a wrong number of values; DataError for a value that is not finite in float32.
 */
export function writeState(store: Pick<ParameterStore, 'write'>, model: Model, state: State): void {
  for (const [name, values] of storedState(model, state)) store.write(name, values);
}

const valuesOf = (given: unknown): unknown =>
  looksLike(given, { data: 'object' }) ? (given as StateTensor).data : given;

/** The end of a message: which parameters unknown names may mean, by their number of values. */
export function fits(model: Model, state: State): string {
  const missing = model.parameters.filter(({ name }) => !state.has(name));
  const given = [...state.entries()];
  const pairs = given.flatMap(([name, one]) => {
    const values = valuesOf(one);
    const alike = missing.filter(
      ({ shape }) => isNumbers(values) && sizeOf(shape) === values.length,
    );
    const known = model.parameters.some((own) => own.name === name);
    return known || alike.length === 0
      ? []
      : [`${describe(name)} → ${alike.map((own) => own.name).join(' or ')}`];
  });
  if (pairs.length === 0) return '';
  return `. By size fit ${pairs.slice(0, 5).join(', ')}; readWeights() matches the names of a file`;
}

/** @throws OptionError unless it is a Map. */
export function checkState(state: unknown): void {
  if (isMap(state)) return;
  throw new OptionError(
    `parameters: ${describe(state)} was given; use a Map of arrays by name, as readWeights() returns`,
  );
}

/** Checked values in the layout of storage; see {@link writeState}. */
function storedState(model: Model, state: State): Map<string, Float32Array> {
  checkState(state);
  const specs = new Map(model.parameters.map((spec) => [spec.name, spec]));
  const stored = new Map<string, Float32Array>();
  for (const [name, given] of state.entries()) {
    const spec = specs.get(name);
    if (!spec) {
      throw new OptionError(
        `the model has no parameter ${describe(name)}; it has ${[...specs.keys()].join(', ')}${fits(model, state)}`,
      );
    }
    const { shape } = spec;
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
    stored.set(name, inLayout(spec, floats, 'into storage'));
  }
  return stored;
}
