import { describe, isObject } from '../check.ts';
import { OptionError } from '../errors.ts';

/** How a value was made: under this key a value carries the function that makes it of options. */
type Made<Key extends symbol> = { readonly kind: string } & {
  readonly [_ in Key]: { readonly make: (options: never) => Made<Key> };
};

/**
 * A value such as an optimizer, or a copy of one with other options, checked.
 *
 * @param what its name in messages
 * @param from what makes such values: `sgd(), adam() or another optimizer`
 * @throws OptionError for anything else
 */
export function remade<Key extends symbol, T extends Made<Key>>(
  key: Key,
  what: string,
  given: unknown,
  from: string,
): T {
  const { kind, [key]: method, ...options } = (isObject(given) ? given : {}) as Partial<T>;
  const made =
    isObject(method) && typeof method.make === 'function'
      ? method.make(options as never)
      : undefined;
  if (made && made.kind === kind) return made as T;
  throw new OptionError(
    `${what}: ${describe(given)} was given. It is what ${from} returns; call one`,
  );
}
