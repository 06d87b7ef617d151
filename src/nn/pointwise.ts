import { checkChoice, checkKeys, describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import { checkName, codeOf, ownFunctions, wrapped } from '../gpu/given-file.ts';
import type { ShaderFile } from '../gpu/shader-file.ts';
import { isNode, type Node } from '../graph/graph.ts';
import { type Activation, activation } from '../ops/activation.ts';
import { elementwise } from './elementwise.ts';
import type { Layer } from './layers.ts';

/** A function of each element, in WGSL. */
export interface PointwiseOptions {
  /** For messages, plans and files: letters, digits, spaces and underscores. */
  readonly name: string;
  /**
   * Declares `fn value(x: f32) -> f32`, `fn derivative(x: f32) -> f32`, and what they call. Both may take and return
   * `vec4f` instead. Any layout, comments and minified text are allowed; bindings and overrides without a value are
   * not.
   */
  readonly wgsl: string;
  /**
   * What `derivative` gets: the input x, or the output f(x), as for tanh: f′ = 1 − f². Default 'input'. With 'output'
   * the input need not be kept in memory.
   */
  readonly from?: 'input' | 'output';
}

/** A function of each element: a layer, or an op on a node. */
export interface Pointwise {
  /** A layer that applies it; the shape does not change. */
  (): Layer;
  /** The tensor of f(x), of the shape of x. */
  (x: Node): Node;
}

/**
 * Makes a function of each element from WGSL. It is differentiated by its `derivative` and fused into the product before
 * it, as `relu` is.
 *
 * @example
 * const softsign = pointwise({
 *   name: 'softsign',
 *   wgsl: `
 *     fn value(x: f32) -> f32 { return x / (1.0 + abs(x)); }
 *     fn derivative(x: f32) -> f32 { let d = 1.0 + abs(x); return 1.0 / (d * d); }`,
 * });
 * const model = new Sequential([4], [linear(4, 16), softsign(), linear(16, 1)]);
 * @throws OptionError if an option is unknown or has a wrong type, or the WGSL lacks one of the functions. The compiler's
 *   messages come as a ShaderError when the kernels are compiled; they name the lines of `wgsl`
 */
export function pointwise(options: PointwiseOptions): Pointwise {
  checkKeys('pointwise()', options, ['name', 'wgsl', 'from']);
  const { name, wgsl, from = 'input' } = options;
  checkName('pointwise()', name);
  checkChoice('pointwise(): from', from, ['input', 'output']);
  const own: Activation = Object.freeze({ name, file: fileOf(name, wgsl), from });
  const layer: Layer = Object.freeze({
    // A checkpoint is of this WGSL.
    kind: `${name} #${codeOf(wgsl)}`,
    parameters: Object.freeze([]),
    shape: (input: readonly number[]) => input,
    build: (x: Node) => activation(own, x),
  });
  function apply(): Layer;
  function apply(x: Node): Node;
  function apply(...given: [] | [Node]): Layer | Node {
    if (given.length === 0) return layer;
    if (!isNode(given[0])) {
      throw new OptionError(
        `${name}(): ${describe(given[0])} was given; use ${name}() for a layer, or ${name}(x) for a node x`,
      );
    }
    return activation(own, given[0]);
  }
  return Object.defineProperty(apply, 'name', { value: name });
}

/** A file that declares `activate` and `activateGradient` by the caller's functions. */
function fileOf(name: string, wgsl: string): ShaderFile {
  const functions = ownFunctions('pointwise', name, wgsl);
  const call = (wanted: string) => elementwise(`pointwise ${name}`, functions, wanted, ['x']);
  const [value, at] = call('value');
  const [derivative, below] = call('derivative');
  return wrapped(functions.file, [
    [`fn activate(x: vec4f) -> vec4f { return ${value}; }`, at],
    // 0 · ∞ is not 0: in the padding, and where dropout has removed the output that the derivative needs.
    [
      `fn activateGradient(dy: vec4f, x: vec4f) -> vec4f { return select(dy * ${derivative}, vec4f(), dy == vec4f()); }`,
      below,
    ],
  ]);
}
