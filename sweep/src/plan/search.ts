import { describe, isObject } from '../../../src/check.ts';
import { checkPlanKeys } from './dimension.ts';
import { PlanError } from './error.ts';

/** Rungs of successive halving. */
export interface Rungs {
  readonly minResource: number;
  readonly reductionFactor: number;
  readonly minEarlyStoppingRate: number;
}

/** A class of Optuna with the arguments of its constructor. */
export interface OptunaClass {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A plan's search, after the check. */
export type CheckedSearch =
  | { readonly kind: 'grid' }
  | { readonly kind: 'random'; readonly seed: number }
  | { readonly kind: 'asha'; readonly seed: number; readonly rungs: Rungs }
  | {
      readonly kind: 'optuna';
      readonly seed: number;
      readonly sampler: OptunaClass;
      readonly pruner: OptunaClass | null;
    };

const OWN = ['grid', 'random', 'asha'] as const;
const NAMES = "'grid', 'random', 'asha' or 'optuna:SAMPLER', such as 'optuna:tpe'";
const KEYS: Readonly<Record<CheckedSearch['kind'], readonly string[]>> = {
  grid: ['name'],
  random: ['name', 'seed'],
  asha: ['name', 'seed', 'minResource', 'reductionFactor', 'minEarlyStoppingRate'],
  optuna: ['name', 'seed', 'options', 'pruner', 'prunerOptions'],
};

/** @throws PlanError */
export function searchOf(given: unknown): CheckedSearch {
  if (given === undefined) return { kind: 'grid' };
  const options = typeof given === 'string' ? { name: given } : given;
  if (!isObject(options)) {
    throw new PlanError(
      'search',
      `${describe(given)} was given; use ${NAMES}, or an object with this name`,
    );
  }
  const at = typeof given === 'string' ? 'search' : 'search.name';
  const { name } = options;
  const own = OWN.find((one) => one === name);
  const [, sampler] = /^optuna:([\w-]{1,60})$/.exec(String(name)) ?? [];
  if (own === undefined && sampler === undefined) {
    throw new PlanError(at, `${describe(name)} was given; use ${NAMES}`);
  }
  const kind = own ?? 'optuna';
  checkPlanKeys('search', options, KEYS[kind]);
  if (kind === 'grid') return { kind };
  const seed = integerOf('seed', options.seed ?? 1, 0, 2 ** 32 - 1);
  if (kind === 'random') return { kind, seed };
  if (kind === 'asha') return { kind, seed, rungs: rungsOf(options) };
  return {
    kind,
    seed,
    sampler: { name: sampler, options: argumentsOf('options', options.options) },
    pruner: prunerOf(options),
  };
}

function integerOf(key: string, given: unknown, least: number, most: number): number {
  if (Number.isInteger(given) && Number(given) >= least && Number(given) <= most) {
    return given as number;
  }
  throw new PlanError(
    `search.${key}`,
    `${describe(given)} was given; use an integer from ${least} to ${most}`,
  );
}

const rungsOf = (given: Readonly<Record<string, unknown>>): Rungs => ({
  minResource: integerOf('minResource', given.minResource ?? 1, 1, 100_000),
  reductionFactor: integerOf('reductionFactor', given.reductionFactor ?? 4, 2, 1000),
  minEarlyStoppingRate: integerOf('minEarlyStoppingRate', given.minEarlyStoppingRate ?? 0, 0, 100),
});

function prunerOf({
  pruner,
  prunerOptions,
}: Readonly<Record<string, unknown>>): OptunaClass | null {
  if (pruner === undefined) {
    if (prunerOptions === undefined) return null;
    throw new PlanError('search.prunerOptions', 'there is no pruner; give one, or leave it out');
  }
  if (typeof pruner !== 'string' || !/^[\w-]{1,60}$/.test(pruner)) {
    throw new PlanError(
      'search.pruner',
      `${describe(pruner)} was given; use a pruner of Optuna, such as 'hyperband' or 'median'`,
    );
  }
  return { name: pruner, options: argumentsOf('prunerOptions', prunerOptions) };
}

/** They are sent to Python as JSON. */
function asJson(key: string, given: object): OptunaClass['options'] {
  try {
    return JSON.parse(JSON.stringify(given));
  } catch (error) {
    const why = (error as Error).message.split('\n', 1)[0];
    throw new PlanError(
      `search.${key}`,
      `JSON cannot hold it: ${why}. Use plain numbers, texts and lists`,
    );
  }
}

function argumentsOf(key: string, given: unknown): OptunaClass['options'] {
  if (given === undefined) return {};
  if (isObject(given)) return asJson(key, given);
  throw new PlanError(
    `search.${key}`,
    `${describe(given)} was given; use an object with arguments, such as { n_startup_trials: 5 }`,
  );
}
