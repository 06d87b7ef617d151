import { checkInteger, checkKeys, describe, isArray, isNumbers } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import type { TokenDataset, Tokens } from './token-split.ts';

/** Options of {@link textDataset}. */
export interface TextOptions {
  /** Characters of a sample: T of the model's input shape [T]. */
  readonly length: number;
  /** From the beginning of one sample to that of the next. Default 1. */
  readonly stride?: number;
  /** The share of the text, from its end, that is the test split, from 0 to below 1. Default 0: none. */
  readonly validation?: number;
  /** The characters by their tokens, as of another text. Default those of the text, sorted by code point. */
  readonly vocabulary?: readonly string[];
}

/** A text as a data set of tokens, each a character (a Unicode code point), and how to convert. */
export interface TextDataset {
  /** For `Trainer.create`. */
  readonly data: TokenDataset;
  /** The character of each token. Give the model so many outputs. */
  readonly vocabulary: readonly string[];
  /** The tokens of a text. @throws DataError if it has a character that is not in the vocabulary */
  encode(text: string): Tokens;
  /** The text of tokens. @throws DataError if one is not in the vocabulary */
  decode(tokens: ArrayLike<number>): string;
}

/** The narrowest array whose elements can be the tokens of a vocabulary. */
const arrayFor = (tokens: number) =>
  tokens <= 2 ** 8 ? Uint8Array : tokens <= 2 ** 16 ? Uint16Array : Uint32Array;

/**
 * A text as samples of `length` characters, each to learn the character behind it. Characters are Unicode code points, numbered by their
 * place in the sorted list of those that occur.
 *
 * @throws OptionError if an option is unknown or out of range; DataError if the text is too short for a sample and its
 *   targets, or has a character that is not in the given vocabulary
 * @example
 * const { data, vocabulary, decode } = textDataset(text, { length: 64, validation: 0.1 });
 */
export function textDataset(text: string, options: TextOptions): TextDataset {
  if (typeof text !== 'string') {
    throw new OptionError(`textDataset(): ${describe(text)} was given; use a string`);
  }
  checkKeys('textDataset()', options, ['length', 'stride', 'validation', 'vocabulary']);
  const { length, stride = 1, validation = 0 } = options;
  checkInteger('textDataset(): length', length, 1, 2 ** 20);
  checkInteger('textDataset(): stride', stride, 1, 2 ** 31 - 1);
  if (typeof validation !== 'number' || !(validation >= 0 && validation < 1)) {
    throw new OptionError(
      `textDataset(): validation ${describe(validation)} was given; use a share from 0 to below 1`,
    );
  }
  const vocabulary = Object.freeze(
    options.vocabulary === undefined
      ? [...new Set(text)].sort((a, b) => codeOf(a) - codeOf(b))
      : checkedVocabulary(options.vocabulary),
  );
  const places = new Map(vocabulary.map((character, token) => [character, token]));
  const encode = (given: string): Tokens => {
    if (typeof given !== 'string') {
      throw new OptionError(`encode(): ${describe(given)} was given; use a string`);
    }
    // The iterator gives code points.
    const characters = [...given];
    const tokens = new (arrayFor(vocabulary.length))(characters.length);
    characters.forEach((character, i) => {
      const token = places.get(character);
      if (token === undefined) {
        throw new DataError(
          `the character ${describe(character)} at ${i} is not in the vocabulary of ${vocabulary.length}`,
        );
      }
      tokens[i] = token;
    });
    return tokens;
  };
  const decode = (tokens: ArrayLike<number>): string => {
    if (!isNumbers(tokens)) {
      throw new OptionError(`decode(): ${describe(tokens)} was given; use an array of tokens`);
    }
    return Array.from(tokens, (token, i) => {
      const character = vocabulary[token];
      if (character !== undefined) return character;
      throw new DataError(
        `token ${describe(token)} at ${i} is not in the vocabulary; tokens are integers from 0 to ${vocabulary.length - 1}`,
      );
    }).join('');
  };
  const all = encode(text);
  const held = Math.round(validation * all.length);
  const parts = {
    train: all.subarray(0, all.length - held),
    test: all.subarray(all.length - held),
  };
  const { train: first, test: last } = parts;
  if (first.length <= length || (held > 0 && last.length <= length)) {
    const split =
      held === 0
        ? ''
        : `, of which validation: ${validation} leaves ${first.length} to train and ${last.length} to test`;
    throw new DataError(
      `textDataset(): the text has ${all.length} characters${split}; a sample of length ${length} and the character behind it need ${length + 1}. Give a longer text, a shorter length, or another validation`,
    );
  }
  const train = Object.freeze({ tokens: parts.train, length, stride });
  const test = Object.freeze({ tokens: parts.test, length, stride });
  const data = Object.freeze({
    name: 'text',
    classes: vocabulary,
    train,
    ...(held === 0 ? {} : { test }),
  });
  return Object.freeze({ data, vocabulary, encode, decode });
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

/** @throws OptionError unless it is a list of different characters */
function checkedVocabulary(given: unknown): string[] {
  if (isArray(given) && given.length > 0) {
    const all = [...given];
    const wrong = all.find((one) => typeof one !== 'string' || [...one].length !== 1);
    if (wrong === undefined && new Set(all).size === all.length) return all as string[];
  }
  throw new OptionError(
    `textDataset(): vocabulary ${describe(given)} was given; use a list of characters, each once`,
  );
}
