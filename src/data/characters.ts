import { describe, isArray, isNumbers } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import type { Tokens } from './token-split.ts';

/** A vocabulary of characters (Unicode code points), and how to convert. */
export interface Characters {
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

/** Converts with a vocabulary that is checked. */
export function charactersOf(given: readonly string[]): Characters {
  const vocabulary = Object.freeze([...given]);
  const places = new Map(vocabulary.map((character, token) => [character, token]));
  const encode = (text: string): Tokens => {
    if (typeof text !== 'string') {
      throw new OptionError(`encode(): ${describe(text)} was given; use a string`);
    }
    // The iterator gives code points.
    const characters = [...text];
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
  return { vocabulary, encode, decode };
}

/** @throws OptionError unless it is a list of different characters */
export function checkedVocabulary(what: string, given: unknown): readonly string[] {
  if (isArray(given) && given.length > 0) {
    const all = [...given];
    const wrong = all.find((one) => typeof one !== 'string' || [...one].length !== 1);
    if (wrong === undefined && new Set(all).size === all.length) return all as string[];
  }
  throw new OptionError(
    `${what} ${describe(given)} was given; use a list of characters, each once`,
  );
}
