import { checkKeys, describe, isObject, nearest } from '../check.ts';
import { isFloat } from '../data/dtype.ts';
import { OptionError } from '../errors.ts';
import type { Model } from '../nn/model.ts';
import type { Called, Tensors } from './file-tensors.ts';
import { byLayers } from './match-layers.ts';
import { type NamePattern, patterns } from './name-patterns.ts';
import { mismatch } from './weight-mismatch.ts';

/** Maps a file's tensors to a model's. */
export interface WeightNames {
  /**
   * The model's name for a name of the file: `{ 'fc1.weight': '1.weight' }`, or a function. Names that are left
   * out or unchanged are matched as usual.
   */
  readonly names?: Readonly<Record<string, string>> | ((name: string) => string);
  /**
   * Tensors of the file to leave out: names, with `*` for any characters (`'*.num_batches_tracked'`), or
   * regular expressions.
   */
  readonly ignore?: NamePattern | readonly NamePattern[];
  /**
   * Parameters of the model that the file need not have, such as a new head: patterns as in `ignore`. Those that it does
   * not have are left out of the result, and `load` keeps their values. Default none.
   */
  readonly missing?: NamePattern | readonly NamePattern[];
}

/** Whether it is the number of a batch norm's batches: some files do not have it. */
export const isBatchCount = (name: string): boolean => /(^|\.)num_batches_tracked$/.test(name);

/** Prefixes of DataParallel, torch.compile and Lightning. */
const WRAPPERS = /^((module|_orig_mod|model)\.)+/;

/**
 * Finds each tensor of a model in a file: by its name; else by its name after a prefix of DataParallel,
 * torch.compile, Lightning or a larger module; else layer by layer, if the shapes and the numbers in the names
 * allow only one way. All tensors of the file must be used.
 *
 * @returns the file's names by the model's; without the parameters that the file need not have and does not
 * @throws DataError with what is missing, what is left over, and possible matches; OptionError for invalid names
 *   and patterns
 */
export function matchNames(
  tensors: Tensors,
  model: Model,
  options: WeightNames,
): ReadonlyMap<string, string> {
  checkKeys('readWeights()', options, ['names', 'ignore', 'missing']);
  const skipped = patterns('ignore', options.ignore);
  const spared = patterns('missing', options.missing);
  const used = [...tensors.keys()].filter((name) => !skipped.some((one) => one.test(name)));
  const counted = used.some(isBatchCount);
  const shapes = new Map(
    model.parameters
      .filter(({ name }) => counted || !isBatchCount(name))
      .map(({ name, shape }) => [name, shape]),
  );
  const called = renamed(used, tensors, shapes, options.names);
  const given = new Map([...called].filter(([name, own]) => name !== own && shapes.has(name)));
  const free = new Map([...called].filter(([name]) => !given.has(name)));
  const wantedOf = (has: Called): Map<string, readonly number[]> =>
    new Map(
      [...shapes].filter(
        ([name]) => !given.has(name) && (has.has(name) || !spared.some((one) => one.test(name))),
      ),
    );
  const bare = stripped(free);
  const found =
    byName(free, tensors, wantedOf(free)) ??
    byName(bare, tensors, wantedOf(bare)) ??
    byLayers(bare, tensors, wantedOf(bare));
  if (!found) {
    // The names that say more: a common prefix may be the model's own.
    const known = (called: Called): number =>
      [...called.keys()].filter((name) => shapes.has(name)).length;
    const named = known(free) >= known(bare) ? free : bare;
    throw mismatch(named, tensors, wantedOf(named), skipped);
  }
  return new Map([...given, ...found]);
}

/** The names if they, and the shapes, are the model's. */
function byName(
  called: Called,
  tensors: Tensors,
  wanted: ReadonlyMap<string, readonly number[]>,
): Called | undefined {
  if (called.size !== wanted.size) return undefined;
  const same = [...wanted].every(([name, shape]) => {
    const tensor = tensors.get(called.get(name) ?? '');
    return tensor && isFloat(tensor.dtype) && tensor.shape.join() === shape.join();
  });
  return same ? called : undefined;
}

/** Removes wrappers and the common prefix of all names, unless names would coincide then. */
function stripped(called: Called): Called {
  const bare = [...called].map(
    ([name, own]) => [name.replace(WRAPPERS, '').split('.'), own] as const,
  );
  const [first] = bare;
  let common = 0;
  // The layer's own name and `weight` or `bias` stay.
  const shared = (parts: readonly string[]): boolean =>
    parts.length > common + 2 && parts[common] === first[0][common];
  while (first && bare.every(([parts]) => shared(parts))) common++;
  const names = new Map(bare.map(([parts, own]) => [parts.slice(common).join('.'), own]));
  return names.size === called.size ? names : called;
}

function renamed(
  used: readonly string[],
  tensors: Tensors,
  shapes: ReadonlyMap<string, unknown>,
  names: WeightNames['names'] = {},
): Called {
  const called = new Map<string, string>();
  if (typeof names !== 'function') checkRecord(names, tensors, shapes);
  for (const own of used) {
    const listed = typeof names !== 'function' && Object.hasOwn(names, own) ? names[own] : own;
    const name: unknown = typeof names === 'function' ? (names(own) ?? own) : listed;
    if (typeof name !== 'string') {
      throw new OptionError(
        `names gives ${describe(name)} for ${describe(own)}; give a name of the model's`,
      );
    }
    const other = called.get(name);
    if (other !== undefined) {
      throw new OptionError(
        `${describe(other)} and ${describe(own)} of the file would both be ${describe(name)}. Give each a name of its own, or leave one out with ignore`,
      );
    }
    called.set(name, own);
  }
  return called;
}

function checkRecord(
  names: Readonly<Record<string, string>>,
  tensors: Tensors,
  shapes: ReadonlyMap<string, unknown>,
): void {
  if (!isObject(names)) {
    throw new OptionError(
      `names ${describe(names)} was given; give { 'name in the file': 'name in the model' }, or a function`,
    );
  }
  for (const [own, name] of Object.entries(names)) {
    if (!tensors.has(own)) {
      const turned = tensors.has(name) && shapes.has(own);
      const near = nearest(own, [...tensors.keys()].slice(0, 1000));
      throw new OptionError(
        `names has ${describe(own)}, which is not in the file. ${turned ? "The file's name is on the left, the model's on the right" : near ? `Did you mean ${describe(near)}?` : "The file's names are on the left"}`,
      );
    }
    if (!shapes.has(name)) {
      throw new OptionError(
        `names gives ${describe(name)} for ${describe(own)}; the model has ${[...shapes.keys()].slice(0, 8).join(', ')}${shapes.size > 8 ? ', …' : ''}`,
      );
    }
  }
}
