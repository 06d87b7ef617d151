import { describe, isArray, isObject, isPlain } from '../check.ts';
import { OptionError } from '../errors.ts';

/** Deeper nesting is refused: it would exhaust the stack. */
const DEEPEST = 100;

/**
 * JSON in the canonical form of RFC 8785: no spaces, an object's keys sorted by their UTF-16 code units, numbers and texts as
 * ECMAScript writes them. Equal values have equal texts.
 *
 * @param value null, booleans, finite numbers, texts without lone surrogates, and arrays and plain objects of these
 * @throws OptionError if JSON cannot represent it, with the place
 */
export function canonicalJson(value: unknown): string {
  return written(value, 'the value', 0);
}

function written(value: unknown, place: string, depth: number): string {
  if (depth > DEEPEST) {
    throw new OptionError(`${place} is nested deeper than ${DEEPEST}; use a flat value`);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  // JSON.stringify writes -0 as 0, as the RFC asks.
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === 'string') return text(value, place);
  if (isArray(value)) {
    // `map` would skip holes.
    const items = Array.from(value, (item, i) => written(item, `${place}[${i}]`, depth + 1));
    return `[${items.join(',')}]`;
  }
  if (isObject(value) && isPlain(value)) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${text(key, place)}:${written(value[key], `${place}.${key}`, depth + 1)}`);
    return `{${members.join(',')}}`;
  }
  throw new OptionError(
    `${place} is ${describe(value)}; JSON has only null, booleans, finite numbers, texts, arrays and objects`,
  );
}

function text(value: string, place: string): string {
  if (!LONE.test(value)) return JSON.stringify(value);
  throw new OptionError(
    `${place} has ${describe(value)}, with half of a surrogate pair; use well-formed Unicode`,
  );
}

/** With the flag `u`, the halves of a pair are one character. */
const LONE = /\p{Surrogate}/u;
