import { describe, isArray, isObject } from '../../../src/check.ts';
import { GradweaveError } from '../../../src/errors.ts';
import { NETWORK_NAMES } from '../../../src/harness/tasks/network-facts.ts';
import type { Objective, Point } from '../contract.ts';
import { type Axis, hasValue, isActive, type Space } from '../space/axes.ts';
import type { CheckedPlan } from './checked.ts';
import { allowedText, axisOf, checkPlanKeys, isTrialValue, VALUES } from './dimension.ts';
import { PlanError } from './error.ts';
import type { PlanData, Reference } from './plan.ts';
import { MOST_POINTS, mostPointsOf } from './points.ts';
import { type CheckedSearch, searchOf } from './search.ts';
import { checkSettings } from './settings.ts';

const KEYS =
  'name model data options space vary base search trials seeds epochs objective references'.split(
    ' ',
  );
/** Fields of their own, which a space may have, too. */
const OWN = ['model', 'epochs'];
const MOST_TRIALS = 1_000_000;
const MOST_SEEDS = 1000;

/**
 * Checks a plan, of whatever JSON or JavaScript gives. Options are checked as `gradweave train` does: for a finite space at all
 * points, else at the ends of ranges and at drawn points.
 *
 * @throws PlanError that says where, what was given and what is allowed
 */
export function checkPlan(given: unknown): CheckedPlan {
  try {
    return checked(given);
  } catch (error) {
    if (error instanceof GradweaveError) throw error;
    throw new PlanError('', `${describe(given)} cannot be read; use plain JSON`);
  }
}

function checked(given: unknown): CheckedPlan {
  if (!isObject(given)) {
    throw new PlanError('', `${describe(given)} was given; use an object with name and space`);
  }
  checkPlanKeys('', given, KEYS);
  const { name, trials, epochs } = given;
  if (typeof name !== 'string' || !/^[\p{L}\d][\p{L}\d ._-]{0,79}$/u.test(name)) {
    throw new PlanError(
      'name',
      `${describe(name)} was given; use 1 to 80 letters, digits, spaces, dots, dashes or underscores`,
    );
  }
  const space = spaceOf(given.space);
  const options = optionsOf(given.options, space);
  const vary = oneOf('vary', given.vary ?? 'all', ['all', 'each'] as const);
  const search = searchOf(given.search);
  if (vary === 'each' && search.kind !== 'grid') {
    throw new PlanError('vary', `'each' was given; it goes with search 'grid' alone`);
  }
  if (epochs !== undefined && space.some((axis) => axis.name === 'epochs')) {
    throw new PlanError('epochs', 'it is in the space, too; leave one out');
  }
  const plan: CheckedPlan = {
    name,
    model: modelOf(given.model, space),
    data: dataOf(given.data),
    options,
    space,
    vary,
    base: baseOf(given.base, vary, space),
    search,
    trials: trialsOf(trials, search),
    seeds: seedsOf(given.seeds),
    epochs: epochs === undefined ? null : integer('epochs', epochs, 1, 100_000),
    objective: objectiveOf(given.objective),
    references: referencesOf(given.references, space),
  };
  const points = mostPointsOf(plan);
  const most = points * plan.seeds.length;
  // Of too many points it is said below.
  if (points <= MOST_POINTS && most > MOST_TRIALS) {
    throw new PlanError(
      'seeds',
      `with ${plan.seeds.length} seeds each there are up to ${most} trials; use at most ${MOST_TRIALS} in all`,
    );
  }
  checkSettings(plan);
  return plan;
}

function oneOf<T extends string>(at: string, given: unknown, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === given);
  if (found !== undefined) return found;
  throw new PlanError(at, `${describe(given)} was given; use one of ${allowed.join(', ')}`);
}

export function integer(at: string, given: unknown, least: number, most: number): number {
  if (Number.isInteger(given) && Number(given) >= least && Number(given) <= most) {
    return given as number;
  }
  throw new PlanError(at, `${describe(given)} was given; use an integer from ${least} to ${most}`);
}

function spaceOf(given: unknown): Space {
  if (!isObject(given)) {
    throw new PlanError(
      'space',
      `${describe(given)} was given; use an object such as { lr: [0.001, 0.01] }`,
    );
  }
  const axes: Axis[] = [];
  for (const [name, dimension] of Object.entries(given)) {
    if (name === 'seed' || name === 'seeds') {
      throw new PlanError(`space.${name}`, 'seeds are no option of the space; use the field seeds');
    }
    axes.push(axisOf(name, dimension, axes));
  }
  return axes;
}

function optionsOf(given: unknown, space: Space): CheckedPlan['options'] {
  if (given === undefined) return {};
  if (!isObject(given)) {
    throw new PlanError(
      'options',
      `${describe(given)} was given; use an object such as { loss: 'mse' }`,
    );
  }
  for (const [name, value] of Object.entries(given)) {
    const at = `options.${name}`;
    if ([...OWN, 'seed', 'seeds', 'data'].includes(name)) {
      throw new PlanError(at, `it is a field of the plan: ${name === 'seed' ? 'seeds' : name}`);
    }
    if (space.some((axis) => axis.name === name)) {
      throw new PlanError(at, 'it is in the space, too; leave one out');
    }
    if (!isTrialValue(value)) {
      throw new PlanError(at, `${describe(value)} was given; use ${VALUES}`);
    }
  }
  return given as CheckedPlan['options'];
}

function modelOf(given: unknown, space: Space): string {
  if (given !== undefined && space.some((axis) => axis.name === 'model')) {
    throw new PlanError('model', 'it is in the space, too; leave one out');
  }
  return oneOf('model', given ?? '2', NETWORK_NAMES);
}

function dataOf(given: unknown): PlanData {
  if (given === undefined) return 'fashion-mnist';
  if (given === 'fashion-mnist' || given === 'built-in') return given;
  const isText = isObject(given) && typeof given.text === 'string' && given.text !== '';
  if (isText && Object.keys(given).length === 1) return { text: given.text as string };
  throw new PlanError(
    'data',
    `${describe(given)} was given; use 'fashion-mnist', 'built-in' or { text: FILE }`,
  );
}

function baseOf(given: unknown, vary: 'all' | 'each', space: Space): Point | null {
  if (vary === 'all') {
    if (given === undefined) return null;
    throw new PlanError('base', "it goes with vary: 'each' alone; leave it out");
  }
  if (!isObject(given)) {
    throw new PlanError(
      'base',
      `${describe(given)} was given; with vary: 'each', use an object with a value of each option of the space`,
    );
  }
  const base = pointOf('base', given, space);
  for (const axis of space) {
    const at = `base.${axis.name}`;
    if (!isActive(axis, base)) {
      throw new PlanError(at, `the condition of ${axis.name} does not hold at the base`);
    }
    if (!Object.hasOwn(base, axis.name)) {
      throw new PlanError(at, `it is missing; use ${allowedText(axis)}`);
    }
    // Each of the others must stay as it is while this one changes.
    if (space.some(({ when }) => when.some(({ name }) => name === axis.name))) {
      throw new PlanError(
        `space.${axis.name}`,
        "another option's condition names it, and vary: 'each' changes one option at a time; leave the condition out",
      );
    }
  }
  return base;
}

/** Values of options of the space. */
function pointOf(at: string, given: Readonly<Record<string, unknown>>, space: Space): Point {
  for (const [name, value] of Object.entries(given)) {
    const axis = space.find((one) => one.name === name);
    if (axis === undefined) {
      const names = space.map((one) => one.name).join(', ') || 'none';
      throw new PlanError(`${at}.${name}`, `it is no option of the space; those are ${names}`);
    }
    if (!isTrialValue(value) || !hasValue(axis, value)) {
      throw new PlanError(
        `${at}.${name}`,
        `${describe(value)} was given; use ${allowedText(axis)}`,
      );
    }
  }
  return given as Point;
}

function trialsOf(given: unknown, search: CheckedSearch): number | null {
  if (search.kind === 'grid') {
    if (given === undefined) return null;
    throw new PlanError(
      'trials',
      `${describe(given)} was given; a grid tries all its points. Leave it out, or use search: 'random'`,
    );
  }
  return integer('trials', given, 1, MOST_TRIALS);
}

function seedsOf(given: unknown): readonly number[] {
  if (given === undefined) return [1];
  if (!isArray(given)) {
    const count = integer('seeds', given, 1, MOST_SEEDS);
    return Array.from({ length: count }, (_, i) => i + 1);
  }
  if (given.length === 0 || given.length > MOST_SEEDS) {
    throw new PlanError('seeds', `${given.length} seeds were given; use 1 to ${MOST_SEEDS}`);
  }
  const seeds = Array.from(given, (seed, i) => integer(`seeds[${i}]`, seed, 0, 2 ** 32 - 1));
  const twice = seeds.findIndex((seed, i) => seeds.indexOf(seed) !== i);
  if (twice >= 0) throw new PlanError(`seeds[${twice}]`, `${seeds[twice]} is there twice`);
  return seeds;
}

function objectiveOf(given: unknown): Objective {
  if (given === undefined) return { metric: 'test.accuracy', direction: 'maximize' };
  if (!isObject(given)) {
    throw new PlanError(
      'objective',
      `${describe(given)} was given; use { metric: 'test.loss', direction: 'minimize' }`,
    );
  }
  checkPlanKeys('objective', given, ['metric', 'direction']);
  const metric = oneOf('objective.metric', given.metric ?? 'test.accuracy', [
    'test.accuracy',
    'test.loss',
  ] as const);
  const usual = metric === 'test.loss' ? 'minimize' : 'maximize';
  const direction = oneOf('objective.direction', given.direction ?? usual, [
    'maximize',
    'minimize',
  ] as const);
  return { metric, direction };
}

function referencesOf(given: unknown, space: Space): readonly Reference[] {
  if (given === undefined) return [];
  if (!isArray(given)) {
    throw new PlanError(
      'references',
      `${describe(given)} was given; use a list of { name, point, loss?, accuracy? }`,
    );
  }
  return Array.from(given, (reference, i): Reference => {
    const at = `references[${i}]`;
    if (!isObject(reference)) {
      throw new PlanError(
        at,
        `${describe(reference)} was given; use { name, point, loss?, accuracy? }`,
      );
    }
    checkPlanKeys(at, reference, ['name', 'point', 'loss', 'accuracy']);
    const { name, point, loss, accuracy } = reference;
    if (typeof name !== 'string' || name === '' || name.length > 80) {
      throw new PlanError(`${at}.name`, `${describe(name)} was given; use 1 to 80 characters`);
    }
    if (!isObject(point)) {
      throw new PlanError(`${at}.point`, `${describe(point)} was given; use { option: value }`);
    }
    for (const [key, value] of Object.entries({ loss, accuracy })) {
      if (value !== undefined && !Number.isFinite(value)) {
        throw new PlanError(`${at}.${key}`, `${describe(value)} was given; use a number`);
      }
    }
    pointOf(`${at}.point`, point, space);
    return reference as unknown as Reference;
  });
}
