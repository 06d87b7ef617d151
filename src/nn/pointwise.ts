import { checkChoice, checkKeys, describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import { givenFile } from '../gpu/given-file.ts';
import type { ShaderFile } from '../gpu/shader-file.ts';
import { type Declaration, declarationsOf } from '../gpu/wgsl.ts';
import { checkNode, type Node } from '../graph/graph.ts';
import { type Activation, activation } from '../ops/activation.ts';
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
  if (typeof name !== 'string' || !/^[A-Za-z][\w ]{0,60}$/.test(name)) {
    throw new OptionError(
      `pointwise(): name ${describe(name)} was given; use up to 61 letters, digits, spaces and underscores, a letter first`,
    );
  }
  checkChoice('pointwise(): from', from, ['input', 'output']);
  const own: Activation = Object.freeze({ name, file: fileOf(name, wgsl), from });
  const layer: Layer = Object.freeze({
    kind: name,
    parameters: Object.freeze([]),
    shape: (input: readonly number[]) => input,
    build: (x: Node) => activation(own, x),
  });
  function apply(): Layer;
  function apply(x: Node): Node;
  function apply(...given: [] | [Node]): Layer | Node {
    if (given.length === 0) return layer;
    checkNode(name, given[0]);
    return activation(own, given[0]);
  }
  return apply;
}

const FUNCTIONS = ['value', 'derivative'] as const;

/** A file that declares `activate` and `activateGradient` by the caller's functions. */
function fileOf(name: string, wgsl: string): ShaderFile {
  const what = `pointwise ${name}`;
  const all = declarationsOf(what, wgsl);
  const bound = all.find(({ attributes }) => /@\s*(binding|group)/.test(attributes));
  if (bound) throw new OptionError(`${what}: line ${bound.line} of the WGSL binds a buffer`);
  const [value, derivative] = FUNCTIONS.map((wanted) => functionOf(what, all, wanted));
  const prefix = name.replace(/\W+/g, '_');
  const names = new Map(all.flatMap(({ name: own }) => (own ? [[own, `${prefix}_${own}`]] : [])));
  const file = givenFile(name, all, names);
  const wrapper = [
    'fn activate(x: vec4f) -> vec4f {',
    `  return ${called(value, prefix)};`,
    '}',
    'fn activateGradient(dy: vec4f, x: vec4f) -> vec4f {',
    `  return dy * ${called(derivative, prefix)};`,
    '}',
  ];
  const at = (i: number): number => (i < 3 ? value.line : derivative.line);
  return {
    ...file,
    source: [...wrapper, file.source].join('\n'),
    lines: [...wrapper.map((_, i) => at(i)), ...(file.lines ?? [])],
  };
}

/** A function's name, whether it takes four elements at once, and its line. */
interface Found {
  readonly name: string;
  readonly wide: boolean;
  readonly line: number;
}

const SIGNATURE = /^[^(]*\(\s*\S+?\s*:\s*([^,)]+?)\s*,?\s*\)\s*->\s*([^{]+?)\s*\{/u;
const WIDE = /^vec4(f|\s*<\s*f32\s*>)$/;

/** @throws OptionError if the function is missing, or has another signature */
function functionOf(what: string, all: readonly Declaration[], name: string): Found {
  const found = all.find((one) => one.kind === 'fn' && one.name === name);
  if (!found) {
    const declared = all.flatMap((one) => one.name ?? []).join(', ');
    throw new OptionError(
      `${what}: the WGSL declares ${declared.slice(0, 200) || 'nothing'}; it needs fn ${name}(x: f32) -> f32`,
    );
  }
  const [, takes = '', gives = ''] = SIGNATURE.exec(found.text) ?? [];
  const wide = WIDE.test(takes) && WIDE.test(gives);
  if (!wide && (takes !== 'f32' || gives !== 'f32')) {
    throw new OptionError(
      `${what}: line ${found.line} of the WGSL: ${name} takes one f32 and returns f32, or vec4f and vec4f`,
    );
  }
  return { name, wide, line: found.line };
}

const called = ({ name, wide }: Found, prefix: string): string => {
  const own = `${prefix}_${name}`;
  return wide ? `${own}(x)` : `vec4f(${[...'xyzw'].map((c) => `${own}(x.${c})`).join(', ')})`;
};
