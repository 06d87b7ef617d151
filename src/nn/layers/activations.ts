import { checkChoice, checkKeys, checkNone, describe } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { type Activation, activation } from '../../ops/activation.ts';
import * as functions from '../../ops/activations.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf, type Made } from './layer.ts';

const activationLayer = (f: Activation, made: Made = [f.name]): Layer =>
  layerOf(made, (x) => activation(f, x));

/** A layer without options. */
function plain(f: Activation, given: readonly unknown[]): Layer {
  checkNone(f.name, given);
  return activationLayer(f);
}

/** The most that a number of a layer may be. */
const MOST = 1e6;

/** A number that a layer takes as an option, from `least` to 10⁶. */
export function numberOf(what: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least && value <= MOST) return value;
  throw new OptionError(
    `${what} ${describe(value)} was given; use a number from ${least} to ${MOST}`,
  );
}

/** max(x, 0) of each element; the shape does not change. */
export const relu = (...none: []): Layer => plain(functions.RELU, none);
/** 1 / (1 + e^−x) of each element; the shape does not change. */
export const sigmoid = (...none: []): Layer => plain(functions.SIGMOID, none);
/** tanh x of each element; the shape does not change. */
export const tanh = (...none: []): Layer => plain(functions.TANH, none);
/** x / (1 + e^−x) of each element, as torch.nn.SiLU; the shape does not change. */
export const silu = (...none: []): Layer => plain(functions.SILU, none);
/** sin x of each element, for |x| up to 2¹⁵; the shape does not change. */
export const sine = (...none: []): Layer => plain(functions.SINE, none);

/**
 * x · Φ(x) of each element, with the normal distribution Φ, as torch.nn.GELU; the shape does not change.
 *
 * @param options `approximate`: 'tanh' for the formula with tanh; default 'none'
 * @throws OptionError if an option is unknown or out of range
 */
export function gelu(options: { readonly approximate?: 'none' | 'tanh' } = {}): Layer {
  checkKeys('gelu()', options, ['approximate']);
  const { approximate = 'none' } = options;
  checkChoice('gelu(): approximate', approximate, ['none', 'tanh']);
  const f = approximate === 'tanh' ? functions.GELU_TANH : functions.GELU;
  return activationLayer(f, [f.name, approximate]);
}

/**
 * x where it is positive, else negativeSlope · x, as torch.nn.LeakyReLU; the shape does not change.
 *
 * @param options `negativeSlope`: from 0 to 10⁶, default 0.01
 * @throws OptionError if an option is unknown or out of range
 */
export function leakyRelu(options: { readonly negativeSlope?: number } = {}): Layer {
  checkKeys('leakyRelu()', options, ['negativeSlope']);
  const slope = numberOf('negativeSlope', options.negativeSlope ?? 0.01, 0);
  return activationLayer(functions.leakyRelu(slope), [`leakyRelu ${slope}`, slope]);
}

/**
 * x where it is positive, else alpha · (e^x − 1), as torch.nn.ELU; the shape does not change.
 *
 * @param options `alpha`: from 0 to 10⁶, default 1
 * @throws OptionError if an option is unknown or out of range
 */
export function elu(options: { readonly alpha?: number } = {}): Layer {
  checkKeys('elu()', options, ['alpha']);
  const alpha = numberOf('alpha', options.alpha ?? 1, 0);
  return activationLayer(functions.elu(alpha), [`elu ${alpha}`, alpha]);
}

/**
 * log(1 + e^(beta · x)) / beta of each element, and x where beta · x is above threshold, as torch.nn.Softplus; the
 * shape does not change.
 *
 * @param options `beta`: from 10⁻⁶ to 10⁶, default 1; `threshold`: from 0 to 10⁶, default 20
 * @throws OptionError if an option is unknown or out of range
 */
export function softplus(
  options: { readonly beta?: number; readonly threshold?: number } = {},
): Layer {
  checkKeys('softplus()', options, ['beta', 'threshold']);
  const beta = numberOf('beta', options.beta ?? 1, 1e-6);
  const threshold = numberOf('threshold', options.threshold ?? 20, 0);
  const kind = `softplus ${beta} ${threshold}`;
  return activationLayer(functions.softplus(beta, threshold), [kind, beta, threshold]);
}

/** Those without options, and the others, in files of models. */
export const activationForms = {
  relu: { make: relu },
  sigmoid: { make: sigmoid },
  tanh: { make: tanh },
  silu: { make: silu },
  sine: { make: sine },
  gelu: { make: gelu, options: ['approximate'] },
  leakyRelu: { make: leakyRelu, options: ['negativeSlope'] },
  elu: { make: elu, options: ['alpha'] },
  softplus: { make: softplus, options: ['beta', 'threshold'] },
} satisfies Record<string, Form>;
