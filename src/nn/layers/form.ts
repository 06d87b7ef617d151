import type { Layer } from './layer.ts';

/**
 * How a kind of layer is written in files of models, and made again. A layer keeps its values in `made`, in the order
 * of `takes` and `options`; the file has them by these names.
 */
export interface Form {
  /** The function that makes the layer. It checks all that it is given. */
  // biome-ignore lint/suspicious/noExplicitAny: what it takes is said by the names.
  readonly make: (...given: any[]) => Layer;
  /** The names of its arguments. Default none. */
  readonly takes?: readonly string[];
  /** The names of its options, the last argument. Default it has no options. */
  readonly options?: readonly string[];
  /** Whether the layer is that of images for one axis: of pairs of sizes the file has the second. Default false. */
  readonly single?: boolean;
}

/** What a file has of a layer, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** The values of a layer by name; those that are not given are left out. */
export function fieldsOf(
  { takes = [], options = [], single }: Form,
  values: readonly unknown[],
): Fields {
  const one = (value: unknown): unknown => (single && Array.isArray(value) ? value[1] : value);
  const names = [...takes, ...options];
  return Object.fromEntries(
    names.map((name, i) => [name, one(values[i])]).filter(([, value]) => value !== undefined),
  );
}

/** Makes a layer of its values by name. @throws OptionError, ShapeError if one is missing or wrong */
export function layerFrom({ make, takes = [], options = [] }: Form, fields: Fields): Layer {
  const own = takes.map((name) => fields[name]);
  const given = options.filter((name) => fields[name] !== undefined);
  const last =
    options.length > 0 ? [Object.fromEntries(given.map((name) => [name, fields[name]]))] : [];
  return make(...own, ...last);
}
