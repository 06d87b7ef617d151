import { checkFlag, checkKeys, describe, isArray } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { remade } from '../../ops/made.ts';
import { METHOD, type Method, type OptimizerRule } from '../../ops/update.ts';

/** An optimizer with these hyper-parameters. */
export type Optimizer<Options> = OptimizerRule & Readonly<Required<Options>>;

/** An option: its default, and for numbers the most that it may be, from 0 on. */
type Option = boolean | readonly [normal: number | readonly [number, number], most: number];

/** The decays of two moments. */
export const BETAS = [[0.9, 0.999], 1] as const;
/** From 0 to 10⁶. */
export const LIMIT = 1e6;

function within(name: string, value: unknown, most: number, open = false): number {
  if (typeof value === 'number' && value >= 0 && (open ? value < most : value <= most)) {
    return value;
  }
  throw new OptionError(
    `${name} ${describe(value)} was given; use a number from 0 ${open ? 'to below' : 'to'} ${most}`,
  );
}

/** An option's value, checked. */
function optionOf(name: string, given: unknown, option: Option): unknown {
  const [normal, most] = typeof option === 'boolean' ? [option, 0] : option;
  const value = given === undefined ? normal : given;
  if (typeof normal === 'boolean') {
    checkFlag(name, value);
    return value;
  }
  if (typeof normal === 'number') {
    return within(
      name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
      value,
      most,
    );
  }
  if (!isArray(value) || value.length !== 2) {
    throw new OptionError(
      `${name}: ${describe(value)} was given; use two numbers, as [${normal.join(', ')}]`,
    );
  }
  return Object.freeze([0, 1].map((i) => within(`beta${i + 1}`, value[i], most, true)));
}

/**
 * The options of an optimizer, checked and with their defaults, and its name.
 *
 * @param options by name, in the order in which checkpoints have them
 * @throws OptionError if an option is out of range or unknown
 */
export function optionsOf<O extends object>(
  kind: string,
  given: O,
  options: { readonly [Name in keyof Required<O>]: Option },
): { readonly kind: string } & Readonly<Required<O>> {
  checkKeys(`${kind}()`, given, Object.keys(options));
  const checked = Object.entries<Option>(options).map(([name, option]) => [
    name,
    optionOf(name, given[name as keyof O], option),
  ]);
  return { kind, ...Object.fromEntries(checked) };
}

/** An optimizer of checked options. */
export const optimizer = <O extends { readonly kind: string; readonly learningRate: number }>(
  options: O,
  method: Method,
): O & OptimizerRule => Object.freeze({ ...options, [METHOD]: Object.freeze(method) });

/**
 * An optimizer, or a copy of one with other options, checked.
 *
 * @throws OptionError for anything else
 */
export function ruleOf(given: unknown): OptimizerRule {
  return remade(METHOD, 'optimizer', given, 'sgd(), adam() or another optimizer');
}
