import { DataError, OptionError } from './errors.ts';

/** Most characters of a value in a message. */
const SHOWN = 60;

/** What is said of a number that is not finite in float32. */
export const FINITE = 'every number must be finite, and at most 3.4e38 as a float32';

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** Whether a value is an object with keys, such as options: not an array, a Map or the like. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.prototype.toString.call(value) === '[object Object]'
    );
  } catch {
    // A revoked proxy.
    return false;
  }
}

/** Whether an object is a plain `{ … }`, not an instance of a class. */
export function isPlain(value: object): boolean {
  const above: unknown = Object.getPrototypeOf(value);
  // Object.prototype, of any realm, has nothing above it.
  return above === null || Object.getPrototypeOf(above) === null;
}

/** Names for a message, cut to its length. */
export const listed = (names: readonly string[]): string => cut(names.join(', '), 300);

/** Whether a value has properties of these types: `{ aborted: 'boolean', throwIfAborted: 'function' }`. */
export function looksLike(value: unknown, types: Readonly<Record<string, string>>): boolean {
  try {
    const found = value as Record<string, unknown>;
    return Object.entries(types).every(([key, type]) => typeof found[key] === type);
  } catch {
    return false;
  }
}

/** Whether a value is a typed array (not of BigInts), or an array that contains only numbers. */
export function isNumbers(value: unknown): value is ArrayLike<number> {
  if (!ArrayBuffer.isView(value)) {
    // `every` skips holes.
    return (
      isArray(value) &&
      value.every((item) => typeof item === 'number') &&
      !(value as readonly unknown[]).includes(undefined)
    );
  }
  return 'length' in value && !/^Big/.test(Object.prototype.toString.call(value).slice(8));
}

/** Whether an array's memory was transferred, for example to a worker. */
export function isTransferred(value: unknown): boolean {
  if (!ArrayBuffer.isView(value) || value.byteLength > 0) return false;
  try {
    return !new Uint8Array(value.buffer);
  } catch {
    return true;
  }
}

/** Like `instanceof`, which throws for a revoked proxy. */
export function isA<T>(value: unknown, kind: { readonly prototype: T }): value is T {
  try {
    return value instanceof (kind as unknown as abstract new () => T);
  } catch {
    return false;
  }
}

/** Like Array.isArray, which throws for a revoked proxy. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** A value in a few words for a message, at most 60 characters. Arrays are described by kind and length. */
export function describe(value: unknown): string {
  try {
    return cut(inWords(value), SHOWN);
  } catch {
    return 'an object that cannot be read';
  }
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, SHOWN - 20));
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (typeof value !== 'object' || value === null) {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value)) {
    const length = 'length' in value ? value.length : value.byteLength;
    return `${kind} of ${length}${isTransferred(value) ? ', whose memory was transferred' : ''}`;
  }
  if (kind !== 'Object') return `a ${kind}`;
  if (!isPlain(value)) return `an object of class ${value.constructor?.name}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `{ ${cut(keys.join(', '), SHOWN - 4)} }`;
}

/**
 * Checks that a value is an object that has only known keys.
 *
 * @param what the owner of the options, for the error: `adam()`
 * @throws OptionError with the unknown key, where it belongs or the nearest known key, and all known keys
 */
export function checkKeys(what: string, given: unknown, known: readonly string[]): void {
  if (!isObject(given)) {
    throw new OptionError(
      `${what} takes an object of options, { ${listed(known)} }; ${describe(given)} was given`,
    );
  }
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const places = NEIGHBOURS.test(what) && placesOf(unknown);
  const hint = near ? `; did you mean ${near}?` : places ? `; it belongs in ${places}.` : '.';
  throw new OptionError(
    `${what} has no option ${describe(unknown)}${hint} It takes ${listed(known)}`,
  );
}

/** Options that are easily given one level too high or too low: what takes which, with spaces between. */
export const OPTIONS = {
  'Trainer.create()':
    'model dataset loss optimizer schedule clip accumulate batchSize seed normalize augment target plan precision family order data streamBytes tuneBudget start share frozen signal',
  dataset: 'name synthetic classes validation train test',
  'dataset.train': 'inputs labels targets weights images gather count height width',
  'fit()':
    'epochs validate metrics weights stop until chunk signal watch keep renew onEpoch onProgress',
  stop: 'on patience minDelta mode restoreBest',
  'sgd()': 'learningRate momentum dampening nesterov weightDecay',
  'adam()': 'learningRate betas epsilon weightDecay',
} as const;

/** The options of something, from {@link OPTIONS}. */
export const optionsOf = (what: keyof typeof OPTIONS): readonly string[] =>
  OPTIONS[what].split(' ');

/** What takes these options, or is close to what does. */
const NEIGHBOURS = /^(Trainer|dataset|train|test|fit|stop|adamw?|sgd|mlp|evaluate|predict)\b/;

const placesOf = (key: string): string =>
  Object.entries(OPTIONS)
    .flatMap(([place, keys]) => (keys.split(' ').includes(key) ? [place] : []))
    .join(' or ');

/** @throws OptionError unless it is one of the choices, with the nearest one. */
export function checkChoice(what: string, given: unknown, choices: readonly string[]): void {
  if (choices.includes(given as string)) return;
  const near = typeof given === 'string' ? nearest(given, choices) : undefined;
  const all = choices.map((choice) => `'${choice}'`).join(', ');
  throw new OptionError(
    `${what} ${describe(given)} was given${near ? `; did you mean '${near}'?` : '.'} It is one of ${all}`,
  );
}

/** Number.isInteger as a type guard. */
export const isInteger = (value: unknown): value is number => Number.isInteger(value);

/**
 * @param whole what there are `most` of, for the error
 * @throws OptionError unless it is an integer from `least` to `most`
 */
export function checkInteger(
  what: string,
  given: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
  whole = '',
): asserts given is number {
  if (isInteger(given) && given >= least && given <= most) return;
  const limit = most === Number.MAX_SAFE_INTEGER ? `${least} up` : `${least} to ${most} ${whole}`;
  throw new OptionError(
    `${what} ${describe(given)} was given; use an integer from ${limit.trim()}`,
  );
}

/** @throws OptionError unless it is a finite number from 0 up, or to `most`. */
export function checkNumber(what: string, given: unknown, most = Number.MAX_VALUE): void {
  if (typeof given === 'number' && given >= 0 && given <= most) return;
  const limit = most === Number.MAX_VALUE ? 'up' : `to ${most}`;
  throw new OptionError(`${what} ${describe(given)} was given; use a number from 0 ${limit}`);
}

/** @throws OptionError unless it is a number that is finite as float32. */
export function checkFinite(what: string, given: unknown): void {
  if (typeof given === 'number' && Number.isFinite(Math.fround(given))) return;
  throw new OptionError(`${what} ${describe(given)} was given; ${FINITE}`);
}

/**
 * Refuses what is given to a function that takes no options; undefined is nothing.
 *
 * @throws OptionError
 */
export function checkNone(what: string, given: readonly unknown[], hint = ''): void {
  const wrong = given.find((value) => value !== undefined);
  if (wrong === undefined) return;
  throw new OptionError(`${what}() takes no options; ${describe(wrong)} was given${hint}`);
}

/** @throws DataError unless it is the bytes of a file. */
export function checkFile(what: string, given: unknown): asserts given is Uint8Array {
  if (isA(given, Uint8Array) && !isTransferred(given)) return;
  throw new DataError(
    `${what} takes a file's bytes; ${describe(given)} was given. Use a Uint8Array`,
  );
}

/** Whether a value is a Map, or looks like one. */
export const isMap = (value: unknown): value is ReadonlyMap<unknown, unknown> =>
  looksLike(value, { get: 'function', has: 'function', entries: 'function' });

/** @throws OptionError unless it is true or false, or undefined. */
export function checkFlag(what: string, given: unknown): void {
  if (given === undefined || typeof given === 'boolean') return;
  throw new OptionError(`${what} ${describe(given)} was given; it is true or false`);
}

/** @throws OptionError unless it is a function, or undefined. */
export function checkFunction(what: string, given: unknown): void {
  if (given === undefined || typeof given === 'function') return;
  throw new OptionError(`${what} ${describe(given)} was given; it is a function`);
}

/** @throws OptionError unless it is an AbortSignal, or undefined. */
export function checkSignal(given: unknown): void {
  if (given === undefined || looksLike(given, { aborted: 'boolean', throwIfAborted: 'function' }))
    return;
  throw new OptionError(`signal ${describe(given)} was given; use an AbortController's signal`);
}

const bare = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, '');

/** The first letters of the words of a name: `lr` of `learningRate` and of `learning_rate`. */
const initials = (name: string): string => {
  const words = name.match(/[A-Z]?[a-z0-9]+/g) ?? [];
  return words.length > 1
    ? words
        .map(([first]) => first)
        .join('')
        .toLowerCase()
    : '';
};

/**
 * The name that was probably meant; undefined if none is close. Up to a third of the letters may be wrong. Case
 * and dashes do not count. The beginning of a name, or the first letters of its words, are enough.
 */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const got = bare(given.slice(0, 40));
  const short = names.filter((name) => initials(name) === got);
  if (short.length === 1) return short[0];
  const [best] = names
    .map((name) => ({ name, distance: distanceOf(got, bare(name)) }))
    .sort((a, b) => a.distance - b.distance);
  if (best === undefined) return undefined;
  if (best.distance <= Math.max(1, Math.floor(best.name.length / 3))) return best.name;
  const begun = got.length >= 2 ? names.filter((name) => bare(name).startsWith(got)) : [];
  return begun.length === 1 ? begun[0] : undefined;
}

/** Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2] + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}
