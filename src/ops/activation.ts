import { OptionError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import type { Op, Ref } from '../graph/op.ts';
import { floats, same } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { elementDispatch, elementParts, savedPart } from './map.ts';
import { DIVISION, expError, TINY, ULP } from './rounding.ts';

export const ACTIVATIONS = ['relu', 'sigmoid', 'tanh'] as const;
/** A function of each element: max(x, 0), 1 / (1 + e^−x) or tanh x. */
export type Activation = (typeof ACTIVATIONS)[number];

interface Rule {
  readonly value: (x: number) => number;
  /** Bound on |f′| between x − e and x + e. */
  readonly steepest: (x: number, error: number) => number;
  /** Rounding error of f(x) on the GPU. */
  readonly rounding: (x: number) => number;
  /** f′ from y = f(x). */
  readonly slope: (y: number) => number;
  /** Bound on the GPU's error in f′ from an error in y; rounding included. */
  readonly slopeError: (y: number, error: number) => number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const RULES: Record<Activation, Rule> = {
  relu: {
    value: (x) => Math.max(x, 0),
    steepest: (x, error) => (x + error > 0 ? 1 : 0),
    rounding: () => 0,
    slope: (y) => (y > 0 ? 1 : 0),
    // If y may be 0 within its error, the slope may be 0 or 1.
    slopeError: (y, error) => (error > 0 && y <= error ? 1 : 0),
  },
  sigmoid: {
    value: sigmoid,
    steepest: (x, error) => {
      const nearest = Math.max(0, Math.abs(x) - error);
      const y = sigmoid(nearest);
      return y * (1 - y);
    },
    rounding: (x) => {
      // e = exp(−|x|): relative error of e, of 1 + e, of the division.
      const e = Math.exp(-Math.abs(x));
      return sigmoid(x) * (expError(x) * (x < 0 ? 1 : e / (1 + e)) + ULP + DIVISION) + TINY;
    },
    slope: (y) => y * (1 - y),
    slopeError: (y, error) => error * (Math.abs(1 - 2 * y) + error) + 3 * ULP * Math.abs(y),
  },
  tanh: {
    value: Math.tanh,
    steepest: (x, error) => {
      const nearest = Math.max(0, Math.abs(x) - error);
      return 1 - Math.tanh(nearest) ** 2;
    },
    rounding: (x) => {
      const size = Math.abs(x);
      if (size < 0.25) return 8 * ULP * Math.abs(Math.tanh(x)) + TINY;
      // (1 − e) / (1 + e), e = exp(−2|x|): the error of e in both, then two additions and a division.
      const e = Math.exp(-2 * size);
      const moved = (2 * e * (expError(2 * size) + ULP)) / ((1 + e) * (1 - e));
      return Math.tanh(size) * (moved + 2 * ULP + DIVISION);
    },
    slope: (y) => 1 - y * y,
    slopeError: (y, error) => error * (2 * Math.abs(y) + error) + 3 * ULP,
  },
};

const SHADERS = {
  identity: wgsl.activationIdentity,
  relu: wgsl.activationRelu,
  sigmoid: wgsl.activationSigmoid,
  tanh: wgsl.activationTanh,
} as const;

/** The shader part of an activation. */
export function activationPart(kind: Activation | 'identity'): Part<Ref> {
  return use(SHADERS[kind]);
}

export interface ActivationAttributes {
  readonly kind: Activation;
}

export const activationOp: Op<ActivationAttributes> = {
  name: 'activation',
  residence: 'computed',
  infer: ([x], { kind }) => {
    floats(`the input of ${kind}`, x);
    return x;
  },
  gradient: (node, dy) => [activationGradient(dy, node)],
  element: ({ attributes: { kind } }) =>
    elementParts(use(wgsl.elementActivate), activationPart(kind)),
  dispatch: (node) => elementDispatch(node),
};

export const activationReference: Reference<ActivationAttributes> = (
  { attributes: { kind } },
  [x],
) => {
  const rule = RULES[kind];
  return {
    data: x.data.map(rule.value),
    error: x.data.map(
      (value, i) => rule.steepest(value, x.error[i]) * x.error[i] + rule.rounding(value),
    ),
  };
};

export const activationGradientOp: Op<ActivationAttributes> = {
  name: 'activationGradient',
  residence: 'computed',
  infer: ([dy, y]) => {
    same('gradient and output of an activation', dy, y);
    return dy;
  },
  element: ({ inputs: [, y], attributes: { kind } }, saved) =>
    elementParts(use(wgsl.elementActivateGradient), saved ?? savedPart(y), activationPart(kind)),
  isZeroAtZero: ({ attributes: { kind } }) => kind === 'relu',
  dispatch: (node) => elementDispatch(node, 2),
};

export const activationGradientReference: Reference<ActivationAttributes> = (
  { attributes: { kind } },
  [dy, y],
) => {
  const { slope, slopeError } = RULES[kind];
  const data = dy.data.map((value, i) => value * slope(y.data[i]));
  const error = dy.data.map((value, i) => {
    const off = slopeError(y.data[i], y.error[i]);
    const rounding = kind === 'relu' ? 0 : 2 * ULP * Math.abs(data[i]) + TINY;
    const d = dy.error[i];
    return d * (Math.abs(slope(y.data[i])) + off) + Math.abs(value) * off + rounding;
  });
  return { data, error };
};

/**
 * relu, sigmoid or tanh of x, element by element.
 *
 * @throws OptionError if the kind is another
 */
export function activation(kind: Activation, x: Node): Node {
  if (!ACTIVATIONS.includes(kind)) {
    throw new OptionError(`activation "${kind}" was given; use one of ${ACTIVATIONS.join(', ')}`);
  }
  return x.graph.add(activationOp, [x], { kind }, kind);
}

/** dL/dx of y = activation(x), from dL/dy and y. */
export function activationGradient(dy: Node, y: Node): Node {
  const { kind } = y.attributes as ActivationAttributes;
  return y.graph.add(activationGradientOp, [dy, y], { kind }, `${kind} gradient`);
}
