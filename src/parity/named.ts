import { DataError } from '../errors.ts';
import { Fields } from './fields.ts';

/** What `{ "Name": arguments }` of PyTorch is here. */
export type Makers<T, Context = void> = Readonly<
  Record<string, (fields: Fields, context: Context) => T>
>;

/**
 * Reads `{ "Name": arguments }`.
 *
 * @param context what its maker gets besides the arguments
 * @throws DataError if the name or an argument is unknown
 */
export function named<T, Context>(
  where: string,
  value: unknown,
  makers: Makers<T, Context>,
  context: Context,
): T {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [[name, given] = ['', null]] = entries;
  if (entries.length !== 1 || !Object.hasOwn(makers, name)) {
    throw new DataError(
      `${where} is ${JSON.stringify(value)?.slice(0, 200)}; it must be one of ${Object.keys(makers).join(', ')} with its arguments`,
    );
  }
  // A list of modules, as of Residual.
  const fields = new Fields(`${where}.${name}`, Array.isArray(given) ? { modules: given } : given);
  const made = makers[name](fields, context);
  fields.end(['inplace', 'device', 'dtype', 'last_epoch', 'verbose']);
  return made;
}
