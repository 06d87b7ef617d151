import { DataError, OptionError } from './errors.ts';

/** Most characters of a value in a message. */
const SHOWN = 60;

/** What is said of a number that is not finite in float32. */
export const FINITE = 'every number must be finite, and at most 3.4e38 as a float32';

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/**
 * Whether a value is an object with options, tensors or the like in it: no array, no Map, nothing else that
 * keeps its contents otherwise.
 */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.prototype.toString.call(value) === '[object Object]'
    );
  } catch {
    // A proxy that was revoked.
    return false;
  }
}

/** Whether an object was written down as `{ … }`, so that it holds nothing but what it is given for. */
export function isPlain(value: object): boolean {
  const above: unknown = Object.getPrototypeOf(value);
  // Object.prototype, of any realm, has nothing above it.
  return above === null || Object.getPrototypeOf(above) === null;
}

/** Names for a message, as many as fit. */
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

/** Whether a value is numbers in a row: a typed array but of BigInts, or a list of nothing but numbers. */
export function isNumbers(value: unknown): value is ArrayLike<number> {
  if (!ArrayBuffer.isView(value)) {
    // `every` skips what a list has no value for.
    return (
      isArray(value) &&
      value.every((item) => typeof item === 'number') &&
      !(value as readonly unknown[]).includes(undefined)
    );
  }
  return 'length' in value && !/^Big/.test(Object.prototype.toString.call(value).slice(8));
}

/** Whether an array's memory is gone, since it was transferred, to a worker say. */
export function isTransferred(value: unknown): boolean {
  if (!ArrayBuffer.isView(value) || value.byteLength > 0) return false;
  try {
    return !new Uint8Array(value.buffer);
  } catch {
    return true;
  }
}

/** As `instanceof`, which throws for a proxy that was revoked. */
export function isA<T>(value: unknown, kind: { readonly prototype: T }): value is T {
  try {
    return value instanceof (kind as unknown as abstract new () => T);
  } catch {
    return false;
  }
}

/** As Array.isArray, which throws for a proxy that was revoked. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** A value in a few words for a message, at most 60 characters: of arrays their kind and length alone. */
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
 * Checks an object of options: that it is one, and has no keys but those that are known.
 *
 * @param what whose options they are, for the error: `adam()`
 * @throws OptionError with the key, the known one that is nearest, and all that are known.
 */
export function checkKeys(what: string, given: unknown, known: readonly string[]): void {
  if (!isObject(given)) {
    throw new OptionError(
      `${what} takes an object of options, { ${listed(known)} }; ${describe(given)} was given`,
    );
  }
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const place = NEIGHBOURS.test(what) ? placeOf(unknown) : undefined;
  const near = nearest(unknown, known);
  const hint = place ? `; it belongs in ${place}.` : near ? `; did you mean ${near}?` : '.';
  throw new OptionError(
    `${what} has no option ${describe(unknown)}${hint} It takes ${listed(known)}`,
  );
}

/** Options that are often given one level too high or too low, by the place where they belong. */
const PLACES = {
  'Trainer.create()': 'model dataset loss optimizer batchSize seed normalize order frozen share',
  dataset: 'train test validation classes',
  'a split, dataset.train': 'inputs labels targets weights images gather height width',
  'fit()': 'epochs validate metrics stop until keep renew watch onEpoch onProgress',
  'fit({ stop })': 'patience minDelta restoreBest',
  'adam() or sgd()': 'learningRate weightDecay',
  'adam()': 'betas epsilon',
  'sgd()': 'momentum dampening nesterov',
};

/** What takes such options, or is close to what does. */
const NEIGHBOURS = /^(Trainer|dataset|train|test|fit|stop|adamw?|sgd|mlp|evaluate|predict)\b/;

const placeOf = (key: string): string | undefined =>
  Object.entries(PLACES).find(([, keys]) => keys.split(' ').includes(key))?.[0];

/** @throws OptionError for what is none of the choices, with the nearest of them. */
export function checkChoice(what: string, given: unknown, choices: readonly string[]): void {
  if (choices.includes(given as string)) return;
  const near = typeof given === 'string' ? nearest(given, choices) : undefined;
  const all = choices.map((choice) => `'${choice}'`).join(', ');
  throw new OptionError(
    `${what} ${describe(given)} was given${near ? `; did you mean '${near}'?` : '.'} It is one of ${all}`,
  );
}

/** As Number.isInteger, told as a type. */
export const isInteger = (value: unknown): value is number => Number.isInteger(value);

/** @throws OptionError unless it is an integer from `least` to `most`. */
export function checkInteger(
  what: string,
  given: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (isInteger(given) && given >= least && given <= most) return;
  const limit = most === Number.MAX_SAFE_INTEGER ? `${least} up` : `${least} to ${most}`;
  throw new OptionError(`${what} ${describe(given)} was given; use an integer from ${limit}`);
}

/** @throws DataError for what is no file's bytes. */
export function checkFile(what: string, given: unknown): asserts given is Uint8Array {
  if (isA(given, Uint8Array) && !isTransferred(given)) return;
  throw new DataError(
    `${what} takes a file's bytes; ${describe(given)} was given. Use a Uint8Array`,
  );
}

/** Whether a value is a Map, or reads as one. */
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
 * The name that was probably meant; undefined if none is near enough. A third of the letters may be wrong,
 * case and dashes do not count, and a beginning or the words' first letters will do.
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
