import { checkKeys, checkNumber, describe, isObject } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { type Part, scoped, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { METHOD, type OptimizerRule } from '../../ops/update.ts';
import { LIMIT, ruleOf } from './rule.ts';

/** What an optimizer does differently for some parameters. */
export interface ParameterGroup {
  /** Factor of the learning rate, from 0 to 10⁶. Default 1. */
  readonly rateFactor?: number;
  /** Default the optimizer's. */
  readonly weightDecay?: number;
}

/** Groups by the parameters' names. Parameters that are left out are in none. */
export type ParameterGroups =
  | ((name: string) => ParameterGroup | undefined)
  | Readonly<Record<string, ParameterGroup>>;

/** An optimizer with groups of parameters. */
export type GroupedOptimizer<R extends OptimizerRule> = R & { readonly groups: ParameterGroups };

/** No place among the 16 numbers of the clock. */
const NOWHERE = 16;

/** An optimizer of the same kind with other options. */
function other(rule: OptimizerRule, options: object): OptimizerRule {
  const { kind: _, [METHOD]: method, ...own } = rule;
  return method.make({ ...own, ...options } as never);
}

/** The places of the numbers in which two optimizers differ. */
function differing(one: OptimizerRule, two: OptimizerRule): readonly number[] {
  const [before, after] = [one, two].map((rule) => rule[METHOD].numbers(0));
  return before.flatMap((number, i) => (number === after[i] ? [] : [i]));
}

/** The optimizer of a group. */
function groupRule(
  rule: OptimizerRule,
  { rateFactor = 1, ...rest }: ParameterGroup,
): OptimizerRule {
  const made = other(rule, { ...rest, learningRate: rule.learningRate * rateFactor });
  const [first = NOWHERE, second = NOWHERE] = differing(
    other(rule, { learningRate: 1 }),
    other(rule, { learningRate: 2 }),
  );
  const decayed = other(rule, rest);
  const [at = NOWHERE] = differing(rule, decayed);
  const { part, group = [part] } = rule[METHOD];
  const own = group.map((one) => ({
    ...one,
    names: [...(one.names ?? []), new Map([['clock', 'groupClock']])],
  }));
  const parts: readonly Part<never>[] = [
    use(wgsl.optimizerGroup, {
      constants: {
        RATE: rateFactor,
        RATED_1: first,
        RATED_2: second,
        DECAY: decayed[METHOD].numbers(0)[at] ?? 0,
        DECAY_AT: at,
      },
    }),
    ...scoped('own', own),
  ];
  // All groups have one clock.
  const { numbers } = rule[METHOD];
  const method = Object.freeze({ ...made[METHOD], numbers, group: parts });
  return Object.freeze({ ...made, [METHOD]: method });
}

function checkGroup(name: string, rule: OptimizerRule, given: unknown): ParameterGroup | undefined {
  if (given === undefined) return undefined;
  const what = `the group of ${name.slice(0, 60)}`;
  checkKeys(what, given, ['rateFactor', ...('weightDecay' in rule ? ['weightDecay'] : [])]);
  const { rateFactor, weightDecay } = given as ParameterGroup;
  checkNumber(`${what}: rateFactor`, rateFactor ?? 1, LIMIT);
  checkNumber(`${what}: weightDecay`, weightDecay ?? 0, LIMIT);
  return Object.freeze({
    ...(rateFactor === undefined ? {} : { rateFactor }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
  });
}

/**
 * An optimizer that does something else for some parameters: PyTorch's parameter groups. A schedule and
 * `setLearningRate` change the rate of all groups. To train only some parameters, use the option `frozen`.
 *
 * @param optimizer for all parameters
 * @param groups a function of a parameter's name (`0.weight`) that returns its group or undefined, or groups by name
 * @throws OptionError if it is not an optimizer, or an option is unknown; `Trainer.create` if a group is out of range or
 *   the model has no such parameter
 * @example
 * inGroups(adamw(), (name) => (name.endsWith('bias') ? { weightDecay: 0 } : undefined));
 */
export function inGroups<R extends OptimizerRule>(
  optimizer: R,
  groups: ParameterGroups,
): GroupedOptimizer<R> {
  const rule = ruleOf(optimizer) as R;
  if (typeof groups !== 'function' && !isObject(groups)) {
    throw new OptionError(
      `inGroups(): groups ${describe(groups)} was given; use a function of a parameter's name, or an object of groups by name`,
    );
  }
  const make = ({ groups: again, ...options }: GroupedOptimizer<R>): OptimizerRule =>
    inGroups(other(rule, options), again);
  const resolve = (names: readonly string[]): OptimizerRule => {
    const unknown = typeof groups === 'function' ? [] : Object.keys(groups);
    const missing = unknown.find((name) => !names.includes(name));
    if (missing !== undefined) {
      throw new OptionError(
        `inGroups(): the model has no ${describe(missing)}; it has ${names.join(', ').slice(0, 300)}`,
      );
    }
    const found: Record<string, ParameterGroup> = {};
    const rules = new Map<string, OptimizerRule>();
    for (const name of names) {
      const group = checkGroup(
        name,
        rule,
        typeof groups === 'function' ? groups(name) : groups[name],
      );
      if (!group) continue;
      found[name] = group;
      // One for all parameters of a group, so that a weight and its bias are updated together.
      const key = JSON.stringify(group);
      if (!rules.has(key)) rules.set(key, groupRule(rule, group));
    }
    const of = (name: string): OptimizerRule | undefined => rules.get(JSON.stringify(found[name]));
    return grouped(rule, Object.freeze(found), { make, resolve, of });
  };
  return grouped(rule, groups, { make, resolve }) as GroupedOptimizer<R>;
}

const grouped = (rule: OptimizerRule, groups: ParameterGroups, method: object): OptimizerRule =>
  Object.freeze({ ...rule, groups, [METHOD]: Object.freeze({ ...rule[METHOD], ...method }) });
