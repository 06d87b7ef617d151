import { nearest } from '../check.ts';

/**
 * The name that was probably meant, as ` Did you mean 'x'?`; empty when none is near enough.
 */
export function suggestion(got: string, names: readonly string[], prefix = ''): string {
  const name = nearest(got, names);
  return name === undefined ? '' : ` Did you mean '${prefix}${name}'?`;
}
