import { describe, isArray, isObject, nearest } from '../../../src/check.ts';
import type { TrialValue } from '../../../src/trial/spec.ts';
import { type Axis, type Condition, hasValue, type RangeAxis } from '../space/axes.ts';
import { PlanError } from './error.ts';

const CHOICE_KEYS = ['choices', 'when'];
const RANGE_KEYS = ['from', 'to', 'step', 'integer', 'log', 'when'];
const FORMS = 'a list of values, { choices, when? } or { from, to, step?, integer?, log?, when? }';

/** Most values of a list. */
const MOST = 10_000;

/**
 * Checks a dimension of a plan's space.
 *
 * @param before the options before it, which conditions may name
 * @throws PlanError
 */
export function axisOf(name: string, given: unknown, before: readonly Axis[]): Axis {
  const at = `space.${name}`;
  if (isArray(given)) {
    return { kind: 'choice', name, choices: choicesOf(at, given), when: [] };
  }
  if (!isObject(given)) throw new PlanError(at, `${describe(given)} was given; use ${FORMS}`);
  if (Object.hasOwn(given, 'choices')) {
    checkPlanKeys(at, given, CHOICE_KEYS);
    const choices = choicesOf(`${at}.choices`, given.choices);
    return { kind: 'choice', name, choices, when: whenOf(at, given.when, before) };
  }
  checkPlanKeys(at, given, RANGE_KEYS);
  return { ...rangeOf(at, name, given), when: whenOf(at, given.when, before) };
}

/** @throws PlanError for a key that is not known, with the one that was probably meant */
export function checkPlanKeys(
  at: string,
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  const stray = Object.keys(given).find((key) => !known.includes(key));
  if (stray === undefined) return;
  const near = nearest(stray, known);
  throw new PlanError(
    at,
    `${describe(stray)} is no field${near ? `; did you mean ${near}?` : '.'} The fields are ${known.join(', ')}`,
  );
}

/** Whether something can be the value of an option. */
export const isTrialValue = (value: unknown): value is TrialValue =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  isFiniteNumber(value) ||
  (isArray(value) && value.length > 0 && Array.from(value).every(isFiniteNumber));

const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

export const VALUES = 'a text, a finite number, true or false, or a list of numbers';

function choicesOf(at: string, given: unknown): readonly TrialValue[] {
  if (!isArray(given) || given.length === 0 || given.length > MOST) {
    const got = isArray(given) ? `a list of ${given.length} values` : describe(given);
    throw new PlanError(at, `${got} was given; use a list of 1 to ${MOST} values`);
  }
  const values = Array.from(given, (value, i) => {
    if (isTrialValue(value)) return value;
    throw new PlanError(`${at}[${i}]`, `${describe(value)} was given; use ${VALUES}`);
  });
  const texts = values.map((value) => JSON.stringify(value));
  const twice = texts.findIndex((text, i) => texts.indexOf(text) !== i);
  if (twice >= 0) {
    throw new PlanError(`${at}[${twice}]`, `${texts[twice]} is there twice; leave one out`);
  }
  return values;
}

function rangeOf(
  at: string,
  name: string,
  given: Readonly<Record<string, unknown>>,
): Omit<RangeAxis, 'when'> {
  const { from, to, step, integer = false, log = false } = given;
  for (const [key, value] of Object.entries({ from, to })) {
    if (!isFiniteNumber(value)) {
      throw new PlanError(`${at}.${key}`, `${describe(value)} was given; use a finite number`);
    }
  }
  for (const [key, value] of Object.entries({ integer, log })) {
    if (typeof value !== 'boolean') {
      throw new PlanError(`${at}.${key}`, `${describe(value)} was given; use true or false`);
    }
  }
  const [low, high] = [from as number, to as number];
  if (low >= high) {
    throw new PlanError(`${at}.to`, `${high} was given; use a number above from, ${low}`);
  }
  if (log && low <= 0) {
    throw new PlanError(`${at}.from`, `${low} was given; with log, use a number above 0`);
  }
  if (log && step !== undefined) {
    throw new PlanError(`${at}.step`, `${describe(step)} was given; with log, leave it out`);
  }
  for (const [key, value] of Object.entries({ from: low, to: high, step: step ?? 1 })) {
    if (integer && !Number.isSafeInteger(value)) {
      throw new PlanError(`${at}.${key}`, `${describe(value)} was given; use an integer`);
    }
  }
  if (step !== undefined && !(isFiniteNumber(step) && step > 0 && step <= high - low)) {
    throw new PlanError(
      `${at}.step`,
      `${describe(step)} was given; use a number above 0, at most to − from, ${high - low}`,
    );
  }
  const kind = integer ? 'int' : 'float';
  const apart = (step as number | undefined) ?? (integer ? 1 : null);
  // As many steps as fit; 0.3 is three steps of 0.1.
  const steps = apart === null ? 0 : Math.floor((high - low) / apart + 1e-9);
  const last = apart === null ? high : Number((low + steps * apart).toPrecision(15));
  return { kind, name, from: low, to: last, step: apart, log: log as boolean };
}

function whenOf(at: string, given: unknown, before: readonly Axis[]): readonly Condition[] {
  if (given === undefined) return [];
  if (!isObject(given) || Object.keys(given).length === 0) {
    throw new PlanError(
      `${at}.when`,
      `${describe(given)} was given; use { option: [values] } with an option before this one`,
    );
  }
  return Object.entries(given).map(([name, values]): Condition => {
    const other = before.find((axis) => axis.name === name);
    if (other === undefined) {
      const names = before.map((axis) => axis.name).join(', ') || 'none';
      throw new PlanError(
        `${at}.when.${name}`,
        `it is no option of the space before this one; those are ${names}`,
      );
    }
    const list = choicesOf(`${at}.when.${name}`, values);
    const stray = list.findIndex((value) => !hasValue(other, value));
    if (stray >= 0) {
      throw new PlanError(
        `${at}.when.${name}[${stray}]`,
        `${JSON.stringify(list[stray])} was given; ${name} is ${allowedText(other)}`,
      );
    }
    if (other.kind !== 'choice' && other.step === null) {
      throw new PlanError(
        `${at}.when.${name}`,
        `${name} has any number from ${other.from} to ${other.to}; a condition needs one with a step or a list`,
      );
    }
    return { name, values: list };
  });
}

/** What an option may be, for messages. */
export const allowedText = (axis: Axis): string =>
  axis.kind === 'choice'
    ? `one of ${axis.choices.map((value) => JSON.stringify(value)).join(', ')}`
    : `a number from ${axis.from} to ${axis.to}${axis.step === null ? '' : ` in steps of ${axis.step}`}`;
