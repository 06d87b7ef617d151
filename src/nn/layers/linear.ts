import { checkFlag, checkInteger, checkKeys } from '../../check.ts';
import { ShapeError } from '../../errors.ts';
import { addBias } from '../../ops/bias.ts';
import { matmul } from '../../ops/matmul.ts';
import { byLastDimension } from '../../ops/view.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf } from './layer.ts';

/**
 * y[…, outputs] = x[…, inputs] · Wᵀ + b for each sample, with weight [outputs, inputs] and bias [outputs],
 * both initialised uniformly in ±1/√inputs, like torch.nn.Linear. Samples of several dimensions are multiplied along the last
 * one: [T, inputs] becomes [T, outputs].
 *
 * @param options `bias: false` leaves the bias out; default true
 * @throws OptionError unless the sizes are integers from 1 to 2²⁰, or if an option is unknown
 */
export function linear(
  inputs: number,
  outputs: number,
  options: { readonly bias?: boolean } = {},
): Layer {
  checkKeys('linear()', options, ['bias']);
  const { bias = true } = options;
  checkFlag('linear: bias', bias);
  for (const [what, value] of Object.entries({ inputs, outputs })) {
    checkInteger(`linear: ${what}`, value, 1, 2 ** 20);
  }
  const bound = 1 / Math.sqrt(inputs);
  const weight = { name: 'weight', shape: [outputs, inputs], bound };
  return layerOf(
    [`linear ${inputs}→${outputs}`, inputs, outputs, bias],
    (x, own) => {
      const product = matmul(byLastDimension(x), own.weight);
      return bias ? addBias(product, own.bias) : product;
    },
    (input) => {
      if (input.at(-1) !== inputs) {
        throw new ShapeError(
          `linear(${inputs}, ${outputs}) got samples of shape [${input.join(', ')}]; their last size must be ${inputs}. Put flatten() before it, or correct its first size`,
        );
      }
      return [...input.slice(0, -1), outputs];
    },
    bias ? [weight, { name: 'bias', shape: [outputs], bound }] : [weight],
  );
}

/** In files of models. */
export const linearForms = {
  linear: { make: linear, takes: ['inputs', 'outputs'], options: ['bias'] },
} satisfies Record<string, Form>;
