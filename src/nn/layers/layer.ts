import { describe, isArray, isObject, looksLike } from '../../check.ts';
import { OptionError, ShapeError } from '../../errors.ts';
import { checkNode, type Node } from '../../graph/graph.ts';
import {
  isShape,
  isSpec,
  type ParameterParts,
  type ParameterSpec,
  parameterNode,
  pathOf,
} from './parameters.ts';

/** What {@link layer} made, in `made`. */
export const OWN = 'own';

/** What a layer is made of that is made of layers. */
export const INNER: unique symbol = /* @__PURE__ */ Symbol('inner');

export interface Inner {
  readonly layers: readonly Layer[];
  /** What it makes of their output and its input. */
  end(y: Node, x: Node): Node;
}

/**
 * A layer's kind, whose first word is its name in files, and its values in the order of its {@link Form}; or what else it is,
 * and of what.
 */
export type Made = readonly [kind: string, ...values: unknown[]];

/** A layer: plain data, and a function that adds its nodes to a graph. */
export interface Layer {
  /** A description for people and checkpoints: `linear 784→128`. */
  readonly kind: string;
  /** Its name in a model, if it is not its number there; see {@link named}. */
  readonly name?: string;
  /** The layer whose parameters it uses; see {@link unembedding}. */
  readonly of?: Layer;
  /** @internal */
  readonly [INNER]?: Inner;
  /** What it was made with, for files of models: see form.ts. @internal */
  readonly made?: Made;
  /** Checks the data of which it is the first layer. @internal */
  readonly reads?: (what: string, split: object, ignored?: number) => void;
  /** Checks the layers before it in a list. @internal */
  readonly after?: (layers: readonly Layer[]) => void;
  /** Its parameters, by their names in the layer; most layers have none. */
  readonly parameters: readonly ParameterSpec[];
  /** Shape of the output without the batch. @throws ShapeError if the input does not fit. */
  shape(input: readonly number[]): readonly number[];
  /**
   * Adds the layer to a graph.
   *
   * @param name the layer's prefix of its parameters' names, or that of the layer whose parameters it uses
   * @param training whether dropout drops
   */
  build(x: Node, name: string, training: boolean): Node;
}

/** What {@link layer} makes a layer of. */
export interface LayerParts<P extends string> {
  /** A description for people and checkpoints: with all its options, as `siren 2→64, 30`. */
  readonly kind: string;
  /** Its parameters by name, in PyTorch's shapes. Default none. */
  readonly parameters?: Readonly<Record<P, ParameterParts>>;
  /** Shape of the output without the batch. Default: the input's. @throws ShapeError if the input does not fit */
  readonly shape?: (input: readonly number[]) => readonly number[];
  /**
   * Adds its nodes to the graph of x[batch, …].
   *
   * @param own its parameters by name, as they are stored: weights [in, out]
   * @param training whether the model trains
   */
  readonly build: (x: Node, own: Readonly<Record<P, Node>>, training: boolean) => Node;
  /** What a file of the model keeps, and gives to the function that makes the layer again: plain JSON. Default nothing. */
  readonly options?: object;
}

const isWhole = ({ initial, stored, state }: ParameterSpec): boolean =>
  (initial === undefined || looksLike(initial, { values: 'function' })) &&
  (looksLike(stored, { shape: 'object', placeOf: 'function' }) ||
    [undefined, 'transposed', 'as given'].includes(stored as 'transposed')) &&
  [undefined, true, false].includes(state);

/**
 * A layer from its parameters and a function that builds it.
 *
 * @throws OptionError if a part is missing or wrong
 */
export function layer<P extends string = never>(parts: LayerParts<P>): Layer {
  const { kind, parameters = {}, shape, build, options } = isObject(parts) ? parts : {};
  if (
    typeof kind !== 'string' ||
    !isObject(parameters) ||
    !['undefined', 'function'].includes(typeof shape) ||
    typeof build !== 'function'
  ) {
    throw new OptionError(
      `layer() takes { kind, parameters, shape, build }; ${describe(parts)} was given`,
    );
  }
  const specs = Object.entries(parameters).map(([name, given]): ParameterSpec => {
    const spec = isObject(given) ? { ...given, name } : given;
    if (isSpec(spec) && isWhole(spec)) return { ...spec, shape: [...spec.shape] };
    throw new OptionError(
      `${kind}: parameter ${name} is ${describe(given)}; give it a shape and initial values, as { shape: [4], initial: uniform(0.5) }`,
    );
  });
  return layerOf([OWN, options], build as LayerParts<string>['build'], shape, specs, kind);
}

/** As {@link layer}, of parts that need no check: a frozen layer that checks its arguments. */
export const layerOf = (
  made: Made,
  build: LayerParts<string>['build'],
  shape: Layer['shape'] = (input) => input,
  parameters: readonly ParameterSpec[] = [],
  kind = made[0],
): Layer => {
  for (const spec of parameters) Object.freeze(Object.freeze(spec).shape);
  return Object.freeze({
    kind,
    made,
    parameters: Object.freeze(parameters),
    shape: (input: readonly number[]) => {
      if (!isShape(input)) throw new ShapeError(`${kind} got ${describe(input)} for a shape`);
      return shape(input);
    },
    build: (x: Node, path: string, training: boolean) => {
      checkNode(kind, x);
      const nodes = parameters.map((spec) => [
        spec.name,
        parameterNode(x.graph, pathOf(path, spec.name), spec),
      ]);
      return build(x, Object.fromEntries(nodes), training);
    },
  });
};

/**
 * A layer with a name, which its parameters have in a model instead of the layer's number: `fc1.weight`.
 *
 * @throws OptionError unless the name is a word without a dot
 */
export function named(name: string, inner: Layer): Layer {
  if (typeof name !== 'string' || !/^\w+$/.test(name)) {
    throw new OptionError(
      `named(): ${describe(name)} was given for a name; use letters, digits and _`,
    );
  }
  checkLayer(`named('${name}')`, inner);
  return atPath(name, inner);
}

/** The same for a path of words with dots between, as layers of files from elsewhere have. */
export function atPath(name: string, inner: Layer): Layer {
  const { kind, parameters, of, after, reads, [INNER]: inside } = inner;
  // Undefined is as if it were left out.
  return Object.freeze({
    name,
    of,
    after,
    reads,
    [INNER]: inside,
    kind: `${name}: ${kind}`,
    made: ['named', inner] as const,
    parameters,
    shape: (input: readonly number[]) => inner.shape(input),
    build: (x: Node, path: string, training: boolean) => inner.build(x, path, training),
  }) as Layer;
}

/** @throws OptionError unless it is a layer. */
export function checkLayer(what: string, given: unknown): asserts given is Layer {
  if (
    isObject(given) &&
    typeof given.kind === 'string' &&
    isArray(given.parameters) &&
    [...given.parameters].every(isSpec) &&
    typeof given.shape === 'function' &&
    typeof given.build === 'function'
  ) {
    return;
  }
  const called = typeof given === 'function' && given.name ? `; call it: ${given.name}()` : '';
  throw new OptionError(
    `${what} is ${describe(given)}${called || '. Use linear(), relu() or the like'}`,
  );
}
