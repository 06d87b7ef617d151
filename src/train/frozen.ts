import { describe, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Model } from '../nn/model.ts';
import { patterns } from './name-patterns.ts';

/** The parameters that are not trained: names, with `*` for any characters, or a function that decides for each name. */
export type Frozen = readonly string[] | ((name: string) => boolean);

/**
 * The names, and those of state, which no optimizer trains.
 *
 * @throws OptionError if a name does not exist, or nothing is left to train.
 */
export function checkFrozen(given: unknown, model: Model): readonly string[] {
  const names = model.parameters.map(({ name }) => name);
  if (typeof given !== 'function' && !isArray(given)) {
    throw new OptionError(
      `frozen ${describe(given)} was given; use an array of names, or a function of a name`,
    );
  }
  const list = isArray(given)
    ? given.flatMap((one) => matching(one, model))
    : names.filter((name) => given(name));
  const unknown = list.find((name) => !names.includes(name as string));
  if (unknown !== undefined) {
    throw new OptionError(
      `frozen: the model has no ${describe(unknown)}; it has ${names.join(', ')}`,
    );
  }
  const state = model.parameters.find(
    (one) => one.state && isArray(given) && list.includes(one.name),
  );
  if (state) {
    throw new OptionError(
      `frozen: ${state.name} is not trained, but follows the batches. Leave it out; batchNorm2d(…, { frozen: true }) keeps it as it is`,
    );
  }
  const frozen = names.filter((name, i) => model.parameters[i].state || list.includes(name));
  if (frozen.length < names.length) return Object.freeze(frozen);
  throw new OptionError('frozen: all parameters are; leave at least one to train');
}

/** The names of what is trained that a pattern stands for; itself if it is a name, or none. */
function matching(one: unknown, { parameters }: Model): readonly unknown[] {
  if (typeof one !== 'string' || !one.includes('*')) return [one];
  const [pattern] = patterns('frozen', one);
  const found = parameters.filter(({ name, state }) => !state && pattern.test(name));
  return found.length > 0 ? found.map(({ name }) => name) : [one];
}
