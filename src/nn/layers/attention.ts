import { checkInteger, checkNone } from '../../check.ts';
import { OptionError, ShapeError } from '../../errors.ts';
import { causalAttention } from '../../ops/attention.ts';
import { addBias } from '../../ops/bias.ts';
import { matmul } from '../../ops/matmul.ts';
import { byLastDimension } from '../../ops/view.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf } from './layer.ts';

/**
 * Causal multi-head self-attention of samples [T, width]: queries, keys and values are the thirds of x · qkvᵀ + bias; heads are
 * consecutive parts of each; a position attends to itself and to those before it, by the softmax of q · k / √(width / heads); what
 * the heads find is joined and multiplied by projᵀ, plus a bias. Its parameters are those of two {@link linear} layers,
 * `qkv.weight` [3 · width, width], `qkv.bias`, `proj.weight` [width, width] and `proj.bias`, with their initial values.
 *
 * @throws OptionError unless the width is an integer from 1 to 2²⁰, and heads one that divides it
 */
export function causalSelfAttention(width: number, heads: number, ...none: []): Layer {
  checkNone('causalSelfAttention', none, ' after its width and heads');
  checkInteger('causalSelfAttention: width', width, 1, 2 ** 20);
  checkInteger('causalSelfAttention: heads', heads, 1, 65535);
  if (width % heads !== 0) {
    throw new OptionError(
      `causalSelfAttention(${width}, ${heads}): the heads must divide the width; use ${nearestDivisor(width, heads)}`,
    );
  }
  const bound = 1 / Math.sqrt(width);
  return layerOf(
    [`causalSelfAttention ${width}, ${heads} heads`, width, heads],
    (x, own) => {
      const qkv = addBias(matmul(byLastDimension(x), own['qkv.weight']), own['qkv.bias']);
      const found = causalAttention(qkv, heads);
      return addBias(matmul(found, own['proj.weight']), own['proj.bias']);
    },
    (input) => {
      if (input.length === 2 && input[1] === width) return input;
      throw new ShapeError(
        `causalSelfAttention(${width}, ${heads}) got samples of shape [${input.join(', ')}]; they must be [T, ${width}]`,
      );
    },
    [
      { name: 'qkv.weight', shape: [3 * width, width], bound },
      { name: 'qkv.bias', shape: [3 * width], bound },
      { name: 'proj.weight', shape: [width, width], bound },
      { name: 'proj.bias', shape: [width], bound },
    ],
  );
}

/** The largest divisor of a width that is not above a number. */
function nearestDivisor(width: number, most: number): number {
  for (let n = Math.min(most, width); n > 1; n--) if (width % n === 0) return n;
  return 1;
}

/** In files of models. */
export const attentionForms = {
  causalSelfAttention: { make: causalSelfAttention, takes: ['width', 'heads'] },
} satisfies Record<string, Form>;
