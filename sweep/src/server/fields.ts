/** Checks of the fields of a message. Each error names the field, what was given and what is allowed. */
import { describe, isObject } from '../../../src/check.ts';
import { wrongMessage } from './refusal.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An object that has no other keys than these. */
export function objectOf(what: string, value: unknown, keys: readonly string[]): Fields {
  if (!isObject(value)) throw wrongMessage(`${what} ${describe(value)} was given; use an object`);
  const stray = Object.keys(value).find((key) => !keys.includes(key));
  if (stray === undefined) return value;
  throw wrongMessage(`${what} has the field ${describe(stray)}; it has ${keys.join(', ')}`);
}

/** Text of up to so many characters, which a database takes: no NUL, no half of a surrogate pair. */
export function textOf(what: string, value: unknown, most: number, least = 1): string {
  if (typeof value !== 'string' || value.length < least || value.length > most) {
    throw wrongMessage(`${what} ${describe(value)} was given; use ${least} to ${most} characters`);
  }
  if (/\0|\p{Cs}/u.test(value)) {
    throw wrongMessage(`${what} has characters that cannot be stored`);
  }
  return value;
}

export function numberOf(what: string, value: unknown, most: number): number {
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw wrongMessage(`${what} ${describe(value)} was given; use a number from 0 to ${most}`);
}

export function integerOf(what: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) {
    return value as number;
  }
  throw wrongMessage(
    `${what} ${describe(value)} was given; use an integer from ${least} to ${most}`,
  );
}

export function choiceOf<T extends string>(what: string, value: unknown, all: readonly T[]): T {
  if (all.includes(value as T)) return value as T;
  throw wrongMessage(`${what} ${describe(value)} was given; use ${all.join(' or ')}`);
}

export function sha256Of(what: string, value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw wrongMessage(`${what} ${describe(value)} was given; use 64 digits of 0–9 and a–f`);
}
