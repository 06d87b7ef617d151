import { checkInteger, checkKeys, describe, isArray, isNumbers, looksLike } from '../../check.ts';
import { DataError, OptionError, ShapeError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import { addPositions } from '../../ops/add_positions.ts';
import { embed } from '../../ops/embed.ts';
import { matmul } from '../../ops/matmul.ts';
import { isParameter } from '../../ops/sources.ts';
import { byLastDimension } from '../../ops/view.ts';
import { type Initial, normal } from '../initial.ts';
import type { Form } from './form.ts';
import { checkLayer, type Layer, layerOf } from './layer.ts';
import { pathOf } from './parameters.ts';

/** Options of {@link embedding} and {@link positionalEmbedding}. */
export interface EmbeddingOptions {
  /** The distribution of the table's initial values. Default `normal(1)`, as torch.nn.Embedding. */
  readonly initial?: Initial;
}

/** A table of vectors, and the check of its sizes. */
function tableOf(what: string, rows: number, width: number, options: EmbeddingOptions) {
  checkKeys(`${what}()`, options, ['initial']);
  checkInteger(`${what}: ${what === 'embedding' ? 'count' : 'maxLength'}`, rows, 1, 2 ** 24);
  checkInteger(`${what}: width`, width, 1, 2 ** 20);
  const { initial = normal(1) } = options;
  if (!looksLike(initial, { values: 'function' })) {
    throw new OptionError(
      `${what}: initial ${describe(initial)} was given; use normal(0.02) or the like`,
    );
  }
  return { name: 'weight', shape: [rows, width], initial, stored: 'as given' as const };
}

/**
 * The vector of each token, as torch.nn.Embedding: samples of tokens [T] become [T, width], with weight [count, width]. A token is an
 * integer from 0 to below `count`. A trainer whose first layer it is checks its data in memory; elsewhere any other number counts as
 * the last one.
 *
 * @throws OptionError unless the sizes are integers from 1 to 2²⁴ and 2²⁰, or if an option is unknown
 */
export function embedding(count: number, width: number, options: EmbeddingOptions = {}): Layer {
  const weight = tableOf('embedding', count, width, options);
  const bare = layerOf(
    [`embedding ${count}→${width}`, count, width],
    (x, own) => embed(x, own.weight),
    (input) => [...input, width],
    [weight],
  );
  return Object.freeze({
    ...bare,
    reads: (what: string, split: object, ignored?: number) => {
      const { tokens, inputs } = split as { readonly tokens?: unknown; readonly inputs?: unknown };
      const isToken = (one: number): boolean =>
        (Number.isInteger(one) && one >= 0 && one < count) || one >>> 0 === ignored;
      const all = isArray(inputs) ? inputs : [tokens ?? inputs];
      for (const [i, part] of all.entries()) {
        const wrong = isNumbers(part) && Array.prototype.find.call(part, (one) => !isToken(one));
        const stray = typeof part === 'number' && !isToken(part) ? part : wrong;
        if (typeof stray !== 'number') continue;
        throw new DataError(
          `${what} has the token ${describe(stray)}${all.length > 1 ? ` at ${i}` : ''}; an embedding of ${count} takes integers from 0 to ${count - 1}`,
        );
      }
    },
  });
}

/**
 * Adds a learned vector to each position: x[T, width] + weight[0 … T − 1], with weight [maxLength, width].
 *
 * @throws OptionError unless the sizes are integers from 1 to 2²⁴ and 2²⁰, or if an option is unknown
 */
export function positionalEmbedding(
  maxLength: number,
  width: number,
  options: EmbeddingOptions = {},
): Layer {
  const weight = tableOf('positionalEmbedding', maxLength, width, options);
  return layerOf(
    [`positionalEmbedding ${maxLength}×${width}`, maxLength, width],
    (x, own) => addPositions(byLastDimension(x), own.weight),
    (input) => {
      if (input.length === 2 && input[0] <= maxLength && input[1] === width) return input;
      throw new ShapeError(
        `positionalEmbedding(${maxLength}, ${width}) got samples of shape [${input.join(', ')}]; they must be [T, ${width}], with T up to ${maxLength}`,
      );
    },
    [weight],
  );
}

/**
 * A head that is tied to an embedding: x[…, width] · weightᵀ, with the embedding's weight [count, width], gives [..., count]. It
 * has no parameters of its own: both learn one weight, whose gradients are added. PyTorch has `head.weight = embedding.weight`.
 * Put both into one list of layers, or into one {@link model}.
 *
 * @param tokens what `embedding()` returned
 * @throws OptionError unless it is an embedding; from the list of layers, or when a model is built, unless it is before
 * @example
 * const tokens = embedding(87, 32);
 * new Sequential([64], [tokens, positionalEmbedding(64, 32), causalSelfAttention(32, 4), unembedding(tokens)]);
 */
export function unembedding(tokens: Layer): Layer {
  checkLayer('unembedding(): its layer', tokens);
  const [weight, ...others] = tokens.parameters;
  if (weight?.name !== 'weight' || weight.stored !== 'as given' || others.length > 0) {
    throw new OptionError(`unembedding() takes an embedding; ${tokens.kind} was given`);
  }
  const [count, width] = weight.shape;
  const bare = layerOf(
    [`unembedding ${width}→${count}`],
    (x) => byLastDimension(x),
    (input) => {
      if (input.at(-1) === width) return [...input.slice(0, -1), count];
      throw new ShapeError(
        `unembedding() of an embedding of width ${width} got samples of shape [${input.join(', ')}]; their last size must be ${width}`,
      );
    },
  );
  const missing = (): never => {
    throw new OptionError(
      'unembedding(): its embedding is not among the layers before it; put both into one list of layers, or into one model()',
    );
  };
  return Object.freeze({
    ...bare,
    of: tokens,
    after: (layers: readonly Layer[]) => {
      if (!layers.includes(tokens)) missing();
    },
    build: (x: Node, path: string, training: boolean) => {
      const y = bare.build(x, path, training);
      const name = pathOf(path, 'weight');
      const table = y.graph.nodes.find((node) => isParameter(node) && node.name === name);
      return matmul(y, table ?? missing(), { transposeB: true });
    },
  });
}

/** In files of models. */
export const embeddingForms = {
  embedding: { make: embedding, takes: ['count', 'width'] },
  positionalEmbedding: { make: positionalEmbedding, takes: ['maxLength', 'width'] },
  unembedding: { make: unembedding, takes: ['of'] },
} satisfies Record<string, Form>;
