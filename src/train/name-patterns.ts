import { describe, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';

/** A name, with `*` for any characters, or a regular expression. */
export type NamePattern = string | RegExp;

/**
 * Patterns as expressions of whole names.
 *
 * @param what the option, for the error
 * @throws OptionError if one is neither text nor an expression
 */
export function patterns(what: string, given: NamePattern | readonly NamePattern[] = []): RegExp[] {
  const list: readonly unknown[] = isArray(given) ? given : [given];
  return list.map((one) => {
    // The flags g and y would keep a position between tests.
    if (one instanceof RegExp) return new RegExp(one.source, one.flags.replace(/[gy]/g, ''));
    if (typeof one === 'string') {
      const literal = one.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
      return new RegExp(`^${literal.replaceAll('*', '.*')}$`, 's');
    }
    throw new OptionError(
      `${what} ${describe(one)} was given; give names, with * for any characters, or regular expressions`,
    );
  });
}
