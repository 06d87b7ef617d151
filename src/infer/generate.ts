import { checkInteger, checkKeys, describe, isNumbers, looksLike } from '../check.ts';
import { OptionError, ShapeError } from '../errors.ts';
import type { Model } from '../nn/model.ts';
import { GENERATE_DOMAIN, keyOf } from '../random/domains.ts';
import { philox } from '../random/philox.ts';

/** What predicts: a trainer, or an inference. */
export type Predicts = (
  | { readonly model: Model }
  | { readonly options: { readonly model: Model } }
) & { predict(samples: ArrayLike<ArrayLike<number>>): Promise<Float32Array> };

/** Options of {@link generate}. */
export interface GenerateOptions {
  /** Tokens to generate. Default endless: end the loop with `break`. */
  readonly count?: number;
  /**
   * The logits are divided by it before the softmax. Below 1 likely tokens become more likely; 0 always takes the most likely
   * one. Default 1.
   */
  readonly temperature?: number;
  /** Only so many of the most likely tokens are drawn from. Default all. */
  readonly topK?: number;
  /** Determines the draws, with the prompt and the weights. Default 0. */
  readonly seed?: number;
}

/**
 * Continues a sequence of tokens, one by one: predicts the logits of the next token, draws one, and appends it. The model makes
 * [T, tokens] of [T] and is causal, as one of `causalSelfAttention`: it sees the last T tokens. The draws are a function of the
 * seed, so a run repeats on the same adapter. Each token is a `predict` of one sample.
 *
 * @param from a trainer, which may be training, or an inference
 * @param prompt at least one token
 * @throws OptionError, ShapeError at the call if an argument is out of range or the model does not fit; what `predict` throws, from
 *   the iteration
 * @example
 * for await (const token of generate(trainer, encode('The '), { count: 200, temperature: 0.8 })) {
 *   text += decode([token]);
 * }
 */
export function generate(
  from: Predicts,
  prompt: ArrayLike<number>,
  options: GenerateOptions = {},
): AsyncGenerator<number, void, void> {
  const model = modelOf(from);
  if (!model) {
    throw new OptionError(`generate(): ${describe(from)} was given; use a trainer or an inference`);
  }
  const { inputShape, outputShape } = model;
  const [length] = inputShape;
  if (inputShape.length !== 1 || outputShape.length !== 2 || outputShape[0] !== length) {
    throw new ShapeError(
      `generate(): the model makes [${outputShape.join(', ')}] of [${inputShape.join(', ')}]; it must make [T, tokens] of [T]`,
    );
  }
  const classes = outputShape[1];
  checkKeys('generate()', options, ['count', 'temperature', 'topK', 'seed']);
  const { count = Infinity, temperature = 1, topK = classes, seed = 0 } = options;
  if (count !== Infinity) checkInteger('generate(): count', count, 0);
  if (typeof temperature !== 'number' || !(temperature >= 0 && temperature <= 1e6)) {
    throw new OptionError(
      `generate(): temperature ${describe(temperature)} was given; use a number from 0 to 1000000`,
    );
  }
  checkInteger('generate(): topK', topK, 1);
  const key = keyOf(seed);
  if (!isNumbers(prompt) || prompt.length === 0) {
    throw new OptionError(
      `generate(): ${describe(prompt)} was given as the prompt; use an array of at least one token`,
    );
  }
  const context = Array.from(prompt);
  const wrong = context.find((token) => !Number.isInteger(token) || token < 0 || token >= classes);
  if (wrong !== undefined) {
    throw new OptionError(
      `generate(): the prompt has ${describe(wrong)}; tokens are integers from 0 to ${classes - 1}`,
    );
  }
  const draw = (logits: ArrayLike<number>, i: number): number =>
    drawn(logits, temperature, topK, unit(i, key));
  return tokens(from, context, [length, classes], count, draw);
}

async function* tokens(
  from: Predicts,
  prompt: readonly number[],
  [length, classes]: readonly [number, number],
  count: number,
  draw: (logits: ArrayLike<number>, i: number) => number,
): AsyncGenerator<number, void, void> {
  let context = prompt;
  for (let i = 0; i < count; i++) {
    context = context.slice(-length);
    const sample = new Float32Array(length);
    sample.set(context);
    const outputs = await from.predict([sample]);
    // What follows the last token does not change its logits.
    const at = (context.length - 1) * classes;
    const token = draw(outputs.subarray(at, at + classes), i);
    context = [...context, token];
    yield token;
  }
}

/** The model of what predicts; undefined if it is something else. */
function modelOf(from: unknown): Model | undefined {
  if (!looksLike(from, { predict: 'function' })) return undefined;
  const { model, options } = from as { model?: unknown; options?: { model?: unknown } };
  const found = model ?? options?.model;
  return looksLike(found, { inputShape: 'object', outputShape: 'object' })
    ? (found as Model)
    : undefined;
}

/** A number from 0 to below 1 with 53 bits: the i-th of a key. */
function unit(i: number, key: readonly [number, number]): number {
  const [high, low] = philox([i >>> 0, Math.floor(i / 2 ** 32), 0, GENERATE_DOMAIN], key);
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/**
 * Draws from the softmax of logits / temperature, over the most likely ones; of equal ones the first counts as more likely.
 *
 * @param share from 0 to below 1
 */
export function drawn(
  logits: ArrayLike<number>,
  temperature: number,
  topK: number,
  share: number,
): number {
  const order = Array.from(logits, (_, token) => token).sort(
    (a, b) => logits[b] - logits[a] || a - b,
  );
  const [best] = order;
  if (temperature === 0) return best;
  const kept = order.slice(0, topK);
  const weights = kept.map((token) => Math.exp((logits[token] - logits[best]) / temperature));
  let left = share * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  // Rounding may leave a rest.
  return at < 0 ? kept[kept.length - 1] : kept[at];
}
