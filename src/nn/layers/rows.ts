import { checkFlag, checkInteger, checkKeys, checkNone } from '../../check.ts';
import { ShapeError } from '../../errors.ts';
import { addRowBias } from '../../ops/over-rows.ts';
import * as ops from '../../ops/row_norm.ts';
import { scaleColumns } from '../../ops/scale_columns.ts';
import { softmax as softmaxOp } from '../../ops/softmax.ts';
import { byLastDimension } from '../../ops/view.ts';
import { constants, zeros } from '../initial.ts';
import { numberOf } from './activations.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf } from './layer.ts';

/** Options of a norm, with torch.nn's defaults. */
export interface NormOptions {
  /** Added to the variance, or to the mean square, from 0 to 10⁶. Default 1e-5; for RMS norm 2⁻²³. */
  readonly eps?: number;
  /** Whether each column has a learned weight, and in layer norm a bias. Default true. */
  readonly affine?: boolean;
}

/**
 * (x − mean) / √(variance + eps) along the last dimension of each sample [width] or […, width], times a learned weight plus
 * a learned bias, as torch.nn.LayerNorm. The variance is that of the `width` numbers, 1/width · Σ(x − mean)².
 *
 * @throws OptionError unless the width is an integer from 1 to 2²⁰, or if an option is unknown or out of range
 */
export const layerNorm = (width: number, options: NormOptions = {}): Layer =>
  norm('layerNorm', width, options, 1e-5);

/**
 * x / √(mean of x² + eps) along the last dimension of each sample [width] or […, width], times a learned weight, as
 * torch.nn.RMSNorm.
 *
 * @throws OptionError unless the width is an integer from 1 to 2²⁰, or if an option is unknown or out of range
 */
export const rmsNorm = (width: number, options: NormOptions = {}): Layer =>
  norm('rmsNorm', width, options, 2 ** -23);

function norm(
  kind: 'layerNorm' | 'rmsNorm',
  width: number,
  options: NormOptions,
  usual: number,
): Layer {
  checkKeys(`${kind}()`, options, ['eps', 'affine']);
  checkInteger(`${kind}: width`, width, 1, 2 ** 20);
  const { affine = true } = options;
  checkFlag(`${kind}: affine`, affine);
  const eps = numberOf('eps', options.eps ?? usual, 0);
  const shape = [width];
  const weight = { name: 'weight', shape, initial: constants(1) };
  const centred = kind === 'layerNorm';
  const parameters = centred ? [weight, { name: 'bias', shape, initial: zeros }] : [weight];
  return layerOf(
    [`${kind} ${width} ${eps}${affine ? '' : ' without weights'}`, width, eps, affine],
    (given, own) => {
      const x = byLastDimension(given);
      const y = centred ? ops.layerNorm(x, eps) : ops.rmsNorm(x, eps);
      if (!affine) return y;
      const scaled = scaleColumns(y, own.weight);
      return centred ? addRowBias(scaled, own.bias) : scaled;
    },
    (input) => {
      if (input.at(-1) === width) return input;
      throw new ShapeError(
        `${kind}(${width}) got samples of shape [${input.join(', ')}]; their last size must be ${width}. Put flatten() before it, or correct its width`,
      );
    },
    affine ? parameters : [],
  );
}

/** e^x / Σ e^x along the last dimension of each sample, as torch.nn.Softmax(-1). */
export function softmax(...none: []): Layer {
  checkNone('softmax', none, '. It is along the last dimension');
  return layerOf(['softmax'], (x) => softmaxOp(byLastDimension(x)));
}

/** In files of models. */
export const rowForms = {
  layerNorm: { make: layerNorm, takes: ['width'], options: ['eps', 'affine'] },
  rmsNorm: { make: rmsNorm, takes: ['width'], options: ['eps', 'affine'] },
  softmax: { make: softmax },
} satisfies Record<string, Form>;
