import { checkKeys, describe, isArray, isObject, isPlain } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { TrialValue } from './spec.ts';

/** What an option's value is. Numbers are finite, from `min` to `max`. */
type Kind =
  | { readonly kind: 'number' | 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'numbers'; readonly least: number; readonly most: number }
  | { readonly kind: 'text' | 'flag' };

const number = (min: number, max = Number.MAX_VALUE): Kind => ({ kind: 'number', min, max });
const integer = (min: number, max: number): Kind => ({ kind: 'integer', min, max });
const numbers = (least: number, most: number): Kind => ({ kind: 'numbers', least, most });
const TEXT: Kind = { kind: 'text' };
const FLAG: Kind = { kind: 'flag' };

/**
 * The options of `gradweave train` that determine the bits. Those that change only how fast the run is, what is shown or what is
 * kept are not here: `tune`, `warm-steps`, `sample`, `log` and so on. What texts and numbers mean is checked by `settingsOf`.
 */
export const TRIAL_OPTIONS: Readonly<Record<string, Kind>> = {
  layers: numbers(2, 256),
  activation: TEXT,
  loss: TEXT,
  optimizer: TEXT,
  lr: number(0),
  schedule: TEXT,
  warmup: number(0, 10_000),
  gamma: number(0, 1),
  period: number(0, 10_000),
  'end-factor': number(0, 1),
  rise: number(0, 1),
  augment: TEXT,
  momentum: number(0, 1),
  nesterov: FLAG,
  'weight-decay': number(0),
  betas: numbers(2, 2),
  eps: number(0),
  'batch-size': integer(1, 60_000),
  dropout: number(0, 1),
  normalize: numbers(2, 2),
  length: integer(1, 1024),
  stride: integer(1, 2 ** 31 - 1),
  plan: TEXT,
  precision: TEXT,
  family: TEXT,
  'train-limit': integer(1, 60_000),
};

/** Values that mean the same as none, whatever the network; they are left out of the id. */
const USUAL: Readonly<Record<string, TrialValue>> = {
  nesterov: false,
  plan: 'fused',
  precision: 'full',
  family: 'auto',
};

const LONGEST = 64;

/**
 * Checks the options of a trial, each alone.
 *
 * @returns a copy, without those that say what holds anyway
 * @throws OptionError with the option, what was given and what is allowed
 */
export function checkTrialOptions(given: unknown): Readonly<Record<string, TrialValue>> {
  checkKeys("a trial's options", given, Object.keys(TRIAL_OPTIONS));
  if (!isObject(given) || !isPlain(given)) {
    throw new OptionError(`a trial's options: ${describe(given)} was given; use a plain object`);
  }
  const checked = Object.keys(given)
    .sort()
    .map((name) => [name, checkedValue(name, given[name], TRIAL_OPTIONS[name])] as const)
    .filter(([name, value]) => !(Object.hasOwn(USUAL, name) && USUAL[name] === value));
  return Object.freeze(Object.fromEntries(checked));
}

function checkedValue(name: string, given: unknown, kind: Kind): TrialValue {
  const wrong = (need: string): OptionError =>
    new OptionError(
      `a trial's options.${name}: ${describe(given)} was given; use ${need}${hintFor(given, kind)}`,
    );
  switch (kind.kind) {
    case 'number':
    case 'integer': {
      const { min, max } = kind;
      if (isNumber(given) && given >= min && given <= max) {
        if (kind.kind === 'number' || Number.isInteger(given)) return positiveZero(given);
      }
      const range = max === Number.MAX_VALUE ? `${min} up` : `${min} to ${max}`;
      throw wrong(`${kind.kind === 'number' ? 'a number' : 'an integer'} from ${range}`);
    }
    case 'numbers': {
      const { least, most } = kind;
      const need = least === most ? `${least} numbers` : `${least} to ${most} numbers`;
      if (!isArray(given) || given.length < least || given.length > most) {
        throw wrong(`an array of ${need}`);
      }
      const bad = Array.from(given).findIndex((value) => !isNumber(value));
      if (bad >= 0) throw wrong(`an array of ${need}; ${describe(given[bad])} is at ${bad}`);
      return Object.freeze(Array.from(given as readonly number[], positiveZero));
    }
    case 'text':
      if (typeof given !== 'string' || given === '' || given.length > LONGEST) {
        throw wrong(`a text of 1 to ${LONGEST} characters`);
      }
      if (name === 'family' && given === 'discrete') throw wrong("'tiled', its name now");
      return given;
    case 'flag':
      if (typeof given !== 'boolean') throw wrong('true or false');
      return given;
  }
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** -0 and 0 are one text in JSON's canonical form. */
const positiveZero = (value: number): number => value + 0;

/** How to write a number or a list that was given as the command line has it. */
function hintFor(given: unknown, { kind }: Kind): string {
  if (typeof given !== 'string' || given.length > LONGEST || given.trim() === '') return '';
  if (kind === 'flag' && ['true', 'false'].includes(given)) return `, without quotes: ${given}`;
  const parts = given.split(',').map(Number);
  if (!parts.every(Number.isFinite)) return '';
  if (kind === 'numbers') return `: [${parts.join(', ')}]`;
  return kind !== 'text' && parts.length === 1 ? `, without quotes: ${parts[0]}` : '';
}
