import * as wgsl from '../gpu/shaders.gen.ts';
import type { Activation } from './activation.ts';

/** x: for kernels that need an activation. */
export const IDENTITY: Activation = {
  name: 'identity',
  file: wgsl.activationIdentity,
  from: 'output',
};

/** max(x, 0). */
export const RELU: Activation = {
  name: 'relu',
  file: wgsl.activationRelu,
  from: 'output',
  isZeroAtZero: true,
};

/** 1 / (1 + e^−x). */
export const SIGMOID: Activation = {
  name: 'sigmoid',
  file: wgsl.activationSigmoid,
  from: 'output',
};

/** tanh x. */
export const TANH: Activation = { name: 'tanh', file: wgsl.activationTanh, from: 'output' };

/** x · Φ(x), with the normal distribution Φ. */
export const GELU: Activation = { name: 'gelu', file: wgsl.activationGelu, from: 'input' };

/** GELU's approximation by tanh. */
export const GELU_TANH: Activation = {
  name: 'gelu tanh',
  file: wgsl.activationGeluTanh,
  from: 'input',
};

/** x / (1 + e^−x). */
export const SILU: Activation = { name: 'silu', file: wgsl.activationSilu, from: 'input' };

/** sin x. */
export const SINE: Activation = { name: 'sine', file: wgsl.activationSine, from: 'input' };

/** x for x > 0, else slope · x, with a slope from 0 up. */
export const leakyRelu = (slope: number): Activation => ({
  name: 'leakyRelu',
  file: wgsl.activationLeakyRelu,
  constants: { NEGATIVE_SLOPE: slope },
  from: 'output',
});

/** x for x > 0, else alpha · (e^x − 1), with an alpha from 0 up. */
export const elu = (alpha: number): Activation => ({
  name: 'elu',
  file: wgsl.activationElu,
  constants: { ALPHA: alpha },
  from: 'output',
});

/** log(1 + e^(beta · x)) / beta, and x where beta · x passes the threshold. */
export const softplus = (beta: number, threshold: number): Activation => ({
  name: 'softplus',
  file: wgsl.activationSoftplus,
  constants: { BETA: beta, THRESHOLD: threshold },
  from: 'input',
});
