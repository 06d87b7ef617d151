import { checkKeys, describe, isArray, isObject, isPlain } from '../check.ts';
import { OptionError, ShapeError } from '../errors.ts';
import type { Activity } from '../gpu/activity.ts';
import type { Engine } from '../gpu/engine.ts';
import type { Loan, ParameterStore } from '../graph/store.ts';
import { shown } from '../graph/tensor.ts';
import { storedShape } from '../nn/layers/parameters.ts';
import type { Model } from '../nn/model.ts';

/** A trainer that shares its parameters. */
export interface Sharer {
  readonly engine: Engine;
  /** @internal */
  readonly store: ParameterStore;
  /** @internal */
  readonly activity: Activity;
}

/**
 * The trainer whose parameters are used: all with equal names, or those that `names` lists. If the names differ,
 * an object maps own names to the other trainer's: `{ '4.weight': '0.weight' }`.
 */
export type Share =
  | Sharer
  | {
      readonly from: Sharer;
      readonly names: readonly string[] | Readonly<Record<string, string>>;
    };

const isSharer = (given: unknown): given is Sharer =>
  typeof given === 'object' &&
  given !== null &&
  !isPlain(given) &&
  'copyFrom' in given &&
  'fit' in given;

/** The parameters that are used, and their trainer. */
export interface Sharing {
  readonly from: Sharer;
  readonly loans: ReadonlyMap<string, Loan>;
}

/**
 * @throws OptionError unless it is a trainer on this engine, if a name does not exist, or if there is nothing to
 *   share; ShapeError if shapes differ; DestroyedError
 */
export function sharingOf(given: Share, model: Model, engine: Engine): Sharing {
  if (!isSharer(given)) {
    if (!isPlain(given)) {
      throw new OptionError(
        `share: ${describe(given)} was given; use a trainer, or { from, names }`,
      );
    }
    checkKeys('share', given, ['from', 'names']);
  }
  const [from, names] = isSharer(given) ? [given, undefined] : [given.from, given.names];
  if (!isSharer(from)) {
    throw new OptionError(`share: ${describe(from)} was given; use a trainer, or { from, names }`);
  }
  const { store } = from;
  if (from.engine !== engine) {
    throw new OptionError('share: the other trainer is on another engine; use one engine');
  }
  const there = new Set(store.names);
  const own = new Map(model.parameters.map((spec) => [spec.name, storedShape(spec)]));
  const pairs = pairsOf(names, own.keys(), there);
  const loans = new Map<string, Loan>();
  for (const [name, other] of pairs) {
    const wanted = own.get(name);
    if (!wanted || typeof other !== 'string' || !there.has(other)) {
      const [who, which, all] = wanted
        ? ['the other trainer', other, there]
        : ['the model', name, own.keys()];
      throw new OptionError(
        `share: ${who} has no ${describe(which)}; it has ${[...all].join(', ')}`,
      );
    }
    const stored = store.shapeOf(other);
    if (stored.join() !== wanted.join()) {
      throw new ShapeError(
        `share: ${name} is ${shown(wanted)}, and the other's ${other} ${shown(stored)}; they must be equal`,
      );
    }
    loans.set(name, store.lend(other));
  }
  if (loans.size > 0) return { from, loans };
  throw new OptionError(
    `share: there is nothing to share; this model has ${[...own.keys()].join(', ')}, the other ${[...there].join(', ')}. Map them: names: { own: other }`,
  );
}

function pairsOf(
  names: unknown,
  own: Iterable<string>,
  there: ReadonlySet<string>,
): (readonly [string, unknown])[] {
  if (names === undefined)
    return [...own].filter((name) => there.has(name)).map((name) => [name, name]);
  if (isArray(names)) {
    return names.map((name) => [typeof name === 'string' ? name : describe(name), name]);
  }
  if (isObject(names)) return Object.entries(names);
  throw new OptionError(
    `share.names ${describe(names)} was given; use an array of names, or an object { own: other }`,
  );
}
