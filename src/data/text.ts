import { checkInteger, checkKeys, describe } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import { type Characters, charactersOf, checkedVocabulary } from './characters.ts';
import type { TokenDataset } from './token-split.ts';

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
export interface TextDataset extends Characters {
  /** For `Trainer.create`. */
  readonly data: TokenDataset;
}

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
  const characters = charactersOf(
    options.vocabulary === undefined
      ? [...new Set(text)].sort((a, b) => codeOf(a) - codeOf(b))
      : checkedVocabulary('textDataset(): vocabulary', options.vocabulary),
  );
  const all = characters.encode(text);
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
    classes: characters.vocabulary,
    train,
    ...(held === 0 ? {} : { test }),
  });
  return Object.freeze({ ...characters, data });
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;
