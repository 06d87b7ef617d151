import { describe, FINITE, isMap, isNumbers, isObject, looksLike } from '../../check.ts';
import { DataError, OptionError, ShapeError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { inLayout, type ParameterSpec } from '../../nn/layers/parameters.ts';
import type { Model } from '../../nn/model.ts';
import type { State } from '../../nn/state.ts';
import type { Context } from './context.ts';
import { Value } from './value.ts';

/** A parameter's values as given. @throws OptionError, ShapeError, DataError if they are missing or wrong */
function valuesOf({ name, shape }: ParameterSpec, parameters: State): Float32Array {
  const given: unknown = parameters.get(name);
  if (given === undefined) {
    throw new OptionError(
      `toOnnx(): the parameters lack ${name}; give what trainer.parameters() returns`,
    );
  }
  const values = looksLike(given, { data: 'object' }) ? (given as { data: unknown }).data : given;
  if (!isNumbers(values)) {
    throw new OptionError(
      `toOnnx(): ${describe(values)} was given for ${name}; use a Float32Array`,
    );
  }
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `toOnnx(): ${values.length} values were given for ${name}; its shape [${shape.join(', ')}] has ${sizeOf(shape)}`,
    );
  }
  const floats = Float32Array.from(values);
  const bad = floats.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DataError(`${name} has ${values[bad]} at ${bad}; ${FINITE}`);
  return floats;
}

/** The parameters of a model by name. @throws OptionError unless it is a Map */
export function checkParameters(parameters: unknown): asserts parameters is State {
  if (isMap(parameters)) return;
  throw new OptionError(
    `toOnnx(): ${describe(parameters)} was given for the parameters; use a Map of arrays by name, as trainer.parameters() returns`,
  );
}

/**
 * Puts a parameter into the file by its name, in PyTorch's shape. Operators that take it as it lies on the GPU get a
 * transposition of it, or a second constant if its layer has a layout of its own.
 */
export function writeParameter(
  node: Node,
  { parameters }: Model,
  state: State,
  context: Context,
): void {
  const spec = parameters.find(({ name }) => name === node.name);
  if (!spec) throw new OptionError(`toOnnx(): the model states no parameter ${node.name}`);
  const values = valuesOf(spec, state);
  const { writer } = context;
  const { name, shape, stored = 'transposed' } = spec;
  writer.named(name, shape, values);
  const isTurned = stored === 'transposed' && shape.length === 2;
  let plain = name;
  if (isTurned) plain = writer.add('Transpose', [name], { perm: [1, 0] });
  else if (isObject(stored)) {
    const inOrder = inLayout(spec, values, 'into storage');
    plain = writer.named(`${name}.stored`, node.spec.shape, inOrder);
  }
  const value = new Value(writer, node.spec.shape, 'plain', plain);
  context.setWeight(node, { spec, name, isTurned }, value);
}
