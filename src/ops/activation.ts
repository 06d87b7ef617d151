import { describe, looksLike } from '../check.ts';
import { OptionError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import type { ShaderFile } from '../gpu/shader-file.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import type { Op, Ref } from '../graph/op.ts';
import { floats, same } from '../graph/tensor.ts';
import { elementDispatch, elementParts, savedPart } from './map.ts';

/** A function of each element. Those that exist are in activations.ts. */
export interface Activation {
  /** For messages, plans and files. */
  readonly name: string;
  /** WGSL that declares `activate(x)` and `activateGradient(dy, saved)`. */
  readonly file: ShaderFile;
  /** The values of its overrides. Default none. */
  readonly constants?: Readonly<Record<string, number>>;
  /** What the gradient is computed from: `saved` is the input x or the output f(x). */
  readonly from: 'input' | 'output';
  /** Whether the gradient is 0 wherever `saved` is 0. Default false. */
  readonly isZeroAtZero?: boolean;
}

/** The shader part of an activation. */
export const activationPart = ({ file, constants = {} }: Activation): Part<Ref> => ({
  name: file.name,
  file,
  constants,
  bindings: {},
});

/** Whether two activations are the same function. */
export const isSameActivation = (one: Activation | undefined, other: Activation | undefined) =>
  one?.file === other?.file && JSON.stringify(one?.constants) === JSON.stringify(other?.constants);

export const activationOp: Op<Activation> = {
  name: 'activation',
  residence: 'computed',
  infer: ([x], { name }) => {
    floats(`the input of ${name}`, x);
    return x;
  },
  gradient: (node, dy) => {
    const { attributes, inputs, graph } = node;
    const saved = attributes.from === 'output' ? node : inputs[0];
    return [
      graph.add(activationGradientOp, [dy, saved], attributes, `${attributes.name} gradient`),
    ];
  },
  element: ({ attributes }) => elementParts(use(wgsl.elementActivate), activationPart(attributes)),
  dispatch: (node) => elementDispatch(node),
};

/** dL/dx of y = f(x), from dL/dy and x or y. */
export const activationGradientOp: Op<Activation> = {
  name: 'activationGradient',
  residence: 'computed',
  infer: ([dy, saved]) => {
    same('the gradient and the saved tensor of an activation', dy, saved);
    return dy;
  },
  element: ({ inputs: [, node], attributes }, saved = savedPart(node)) =>
    elementParts(use(wgsl.elementActivateGradient), saved, activationPart(attributes)),
  isZeroAtZero: ({ attributes: { isZeroAtZero = false } }) => isZeroAtZero,
  dispatch: (node) => elementDispatch(node, 2),
};

/** f(x), element by element. */
export function activation(f: Activation, x: Node): Node {
  const graph = graphOf('activation()', x);
  if (!looksLike(f, { name: 'string', file: 'object', from: 'string' })) {
    throw new OptionError(`activation() takes a function first, as RELU; ${describe(f)} was given`);
  }
  return graph.add(activationOp, [x], f, f.name);
}
