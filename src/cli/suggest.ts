import { nearest } from '../check.ts';

/**
 * Suggests the nearest name: ` Did you mean 'x'?`; empty if none is near enough.
 */
export function suggestion(got: string, names: readonly string[], prefix = ''): string {
  const name = nearest(got, names);
  return name === undefined ? '' : ` Did you mean '${prefix}${name}'?`;
}
