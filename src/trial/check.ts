import { checkInteger, checkKeys, describe, isObject, isPlain } from '../check.ts';
import { GradweaveError, OptionError } from '../errors.ts';
import { checkTrialOptions } from './options.ts';
import { isSha256 } from './sha256.ts';
import type { TrialData, TrialSpec } from './spec.ts';

/** The format that this version reads and writes. */
export const TRIAL_FORMAT = 'gradweave-trial-1';

const KEYS: readonly (keyof TrialSpec)[] = [
  'format',
  'engine',
  'model',
  'data',
  'options',
  'seed',
  'epochs',
];

const KINDS: readonly TrialData['kind'][] = ['files', 'built-in', 'text'];

/** As of npm, without what builds add. */
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z.-]{1,40})?$/;

/**
 * Checks a specification, of whatever JavaScript or JSON gives. Whether its network, its options and their values exist and go
 * together is for `trialSettings`.
 *
 * @returns a frozen copy in the form that {@link trialId} hashes: equal meaning, equal form, as far as it does not depend on the
 *   network's defaults
 * @throws OptionError with the field, what was given and what is allowed
 */
export function checkSpec(given: unknown): TrialSpec {
  try {
    return checked(given);
  } catch (error) {
    if (error instanceof GradweaveError) throw error;
    // A getter or a proxy that throws.
    throw new OptionError(`a trial: ${describe(given)} cannot be read; use plain JSON`);
  }
}

function checked(given: unknown): TrialSpec {
  checkKeys('a trial', given, KEYS);
  if (!isObject(given) || !isPlain(given)) {
    throw new OptionError(`a trial: ${describe(given)} was given; use a plain object`);
  }
  const missing = KEYS.filter((key) => !Object.hasOwn(given, key));
  if (missing.length > 0) {
    throw new OptionError(
      `a trial lacks ${missing.join(', ')}; it has ${KEYS.join(', ')}. gradweave trial --complete fills in format, engine, options and the data's hash`,
    );
  }
  // Read once: a getter may give another value the next time.
  const { format, engine, model, data, options, seed, epochs } = given;
  if (format !== TRIAL_FORMAT) {
    throw new OptionError(
      `a trial's format ${describe(format)} was given; this version reads '${TRIAL_FORMAT}'`,
    );
  }
  if (typeof engine !== 'string' || !VERSION.test(engine)) {
    throw new OptionError(
      `a trial's engine ${describe(engine)} was given; use the version of gradweave, such as '1.2.3'`,
    );
  }
  if (typeof model !== 'string' || !/^[\w-]{1,64}$/.test(model)) {
    throw new OptionError(
      `a trial's model ${describe(model)} was given; use the name of a network, as of gradweave train --model`,
    );
  }
  checkInteger("a trial's seed", seed, 0, 2 ** 32 - 1);
  checkInteger("a trial's epochs", epochs, 1, 100_000);
  return Object.freeze({
    format: TRIAL_FORMAT,
    engine,
    model,
    data: dataOf(data),
    options: checkTrialOptions(options),
    seed: seed + 0,
    epochs,
  });
}

function dataOf(given: unknown): TrialData {
  checkKeys("a trial's data", given, ['kind', 'sha256']);
  const { kind, sha256 } = given as Record<string, unknown>;
  const found = KINDS.find((one) => one === kind);
  if (found === undefined) {
    throw new OptionError(
      `a trial's data.kind ${describe(kind)} was given; use one of ${KINDS.map((one) => `'${one}'`).join(', ')}`,
    );
  }
  if (!isSha256(sha256)) {
    throw new OptionError(
      `a trial's data.sha256 ${describe(sha256)} was given; use 64 hexadecimal digits in lower case, as of gradweave trial --complete`,
    );
  }
  return Object.freeze({ kind: found, sha256 });
}
