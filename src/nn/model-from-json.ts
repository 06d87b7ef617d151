import { checkFunction, checkKeys, describe, isArray, isInteger, isObject } from '../check.ts';
import { DataError, GradweaveError, OptionError } from '../errors.ts';
import { FORMS } from './forms.ts';
import { concat, model as graphOf, type Symbolic } from './functional.ts';
import { layerFrom } from './layers/form.ts';
import { atPath, checkLayer, type Layer } from './layers/layer.ts';
import { isShape, type ParameterSpec } from './layers/parameters.ts';
import { residual, Sequential, sequential } from './layers/sequential.ts';
import type { Model } from './model.ts';
import { MOST_LEVELS } from './model-json.ts';

/**
 * Makes layers of the caller's own again.
 *
 * @param options those that its `layer()` was given; undefined if it was given none
 * @param kind the layer's whole kind, such as `siren 2→64, 30`
 */
export type MakeLayer = (
  // biome-ignore lint/suspicious/noExplicitAny: the author knows what the layer was given.
  options: any,
  kind: string,
) => Layer;

/** How to make the layers of the caller's own that a file has, by their names there. */
export type OwnLayers = Readonly<Record<string, MakeLayer>>;

/** An own layer that is not given, or is another one: the caller's matter, not the file's. */
export class OwnLayerError extends OptionError {}

/** The most layers of a model, and numbers of a sample anywhere in it. */
const MOST_LAYERS = 4096;
const MOST_NUMBERS = 2 ** 31;
const MOST_DIMENSIONS = 8;

/** The kind of a layer of `pointwise`: its name, and a hash of its WGSL. */
const OF_POINTWISE = / #[\w-]+$/;

/** The name of a layer: a word, or a path of them, as of a network of an ONNX file. */
const PATH = /^\w+(\.\w+)*$/;
const LONGEST_NAME = 500;

/** Something of a file, and where it is there. */
interface Found {
  readonly json: unknown;
  /** As `model.layers[3]`. */
  readonly path: string;
}

type NamedShape = Pick<ParameterSpec, 'name' | 'shape'>;

const isNamedShape = (given: unknown): given is NamedShape =>
  isObject(given) && typeof given.name === 'string' && isShape(given.shape);

/** @throws DataError */
const refuse = ({ path, json }: Found, wanted: string): never => {
  throw new DataError(
    `the model's file has ${describe(json)} for ${path}; ${wanted}. Get the file again`,
  );
};

/** Does what layers check, and says where in the file it failed. */
function within<T>({ path }: Found, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isOwn = error instanceof OwnLayerError;
    if (!(error instanceof GradweaveError) || error instanceof DataError || isOwn) throw error;
    throw new DataError(`the model's file is wrong at ${path}: ${error.message}`, { cause: error });
  }
}

/**
 * Makes the model that `modelJson` wrote. Nothing of the file is run, and every number is checked before it is used.
 *
 * @param own how to make layers of the caller's own
 * @throws DataError if something is missing, unknown, of a wrong type or too large, with its place; OptionError if
 *   an own layer is not given, or is another one
 */
export function modelFrom(json: unknown, own: OwnLayers = {}): Model {
  if (!isObject(own)) {
    throw new OptionError(
      `layers ${describe(own)} was given; use functions by the names of own layers, as { siren: (options) => siren(options) }`,
    );
  }
  for (const [name, make] of Object.entries(own)) checkFunction(`layers: ${name}`, make);
  const found = { json, path: 'model' };
  const made = new Reader(own).layer(found, undefined, [], 0);
  if (!('inputShape' in made)) refuse(found, 'the outermost layer is a Sequential or a model');
  const model = made as Layer as Model & Layer;
  const names = new Set<string>();
  for (const { name } of model.parameters) {
    if (names.has(name)) {
      throw new DataError(
        `the model's file has two parameters ${describe(name)}; two layers have one name. Get the file again`,
      );
    }
    names.add(name);
  }
  return model;
}

class Reader {
  readonly #own: OwnLayers;
  #count = 0;

  constructor(own: OwnLayers) {
    this.#own = own;
  }

  /**
   * @param input the shape of its samples; undefined for the outermost layer
   * @param before the layers before it in its list
   */
  layer(
    found: Found,
    input: readonly number[] | undefined,
    before: readonly Layer[],
    level: number,
  ): Layer {
    const { json, path } = found;
    this.#count++;
    if (this.#count > MOST_LAYERS || level > MOST_LEVELS) {
      throw new DataError(
        `the model's file has more than ${MOST_LAYERS} layers, or ${MOST_LEVELS} levels of them at ${path}. Do not trust this file`,
      );
    }
    if (!isObject(json)) return refuse(found, 'a layer is an object');
    const { layer: kind, name, ...fields } = json;
    if (typeof kind !== 'string') {
      return refuse({ json: kind, path: `${path}.layer` }, 'it is the kind of the layer');
    }
    const made = within(found, () => this.#bare(found, kind, fields, input, before, level));
    if (name === undefined) return made;
    if (typeof name === 'string' && name.length <= LONGEST_NAME && PATH.test(name)) {
      return atPath(name, made);
    }
    return refuse({ json: name, path: `${path}.name` }, 'it is words with dots between');
  }

  #bare(
    found: Found,
    kind: string,
    fields: Readonly<Record<string, unknown>>,
    input: readonly number[] | undefined,
    before: readonly Layer[],
    level: number,
  ): Layer {
    const has = (...names: string[]): void => checkKeys(kind, fields, names);
    const layersOf = (shape: readonly number[]): Layer[] =>
      this.#list({ json: fields.layers, path: `${found.path}.layers` }, shape, level);
    if ('own' in fields) return this.#ownLayer(found, kind, fields);
    if (kind === 'Sequential' || kind === 'model') {
      const shape = this.#shape({ json: fields.input, path: `${found.path}.input` });
      if (kind === 'model') return this.#graph(found, fields, shape, level);
      has('input', 'layers');
      return new Sequential(shape, layersOf(shape)) as Model & Layer;
    }
    // Only these two can be outermost.
    const given = input ?? refuse(found, 'the outermost layer is a Sequential or a model');
    if (kind === 'sequential' || kind === 'residual') {
      has('layers');
      return (kind === 'residual' ? residual : sequential)(layersOf(given));
    }
    const form = FORMS.get(kind);
    if (!form) {
      throw new DataError(
        `the model's file has a layer ${describe(kind)} at ${found.path}, which this version does not have. Use the version of gradweave that wrote it, or a later one`,
      );
    }
    has(...(form.takes ?? []), ...(form.options ?? []));
    if (kind !== 'unembedding') return layerFrom(form, fields);
    const of = isInteger(fields.of) ? before[fields.of] : undefined;
    if (!of) {
      const path = `${found.path}.of`;
      return refuse({ json: fields.of, path }, 'it is the number of an embedding before it');
    }
    return layerFrom(form, { of });
  }

  #shape(found: Found): readonly number[] {
    const { json } = found;
    const isGiven = isArray(json) && json.length > 0 && isShape(json);
    const shape = isGiven ? (json as readonly number[]) : refuse(found, 'it is a list of sizes');
    checkSize(found, shape);
    return shape;
  }

  #list(found: Found, input: readonly number[], level: number): Layer[] {
    const { json, path } = found;
    if (!isArray(json)) return refuse(found, 'it is a list of layers');
    const made: Layer[] = [];
    let shape = input;
    for (const [i, one] of json.entries()) {
      const place = { json: one, path: `${path}[${i}]` };
      const layer = this.layer(place, shape, made, level + 1);
      shape = within(place, () => layer.shape(shape));
      checkSize(place, shape);
      made.push(layer);
    }
    return made;
  }

  #graph(
    found: Found,
    fields: Readonly<Record<string, unknown>>,
    input: readonly number[],
    level: number,
  ): Layer {
    checkKeys('model', fields, ['input', 'layers', 'steps', 'output']);
    const { layers, steps, output } = fields;
    const list = { json: layers, path: `${found.path}.layers` };
    if (!isArray(layers)) return refuse(list, 'it is a list of layers');
    if (!isArray(steps) || steps.length > MOST_LAYERS) {
      return refuse(
        { json: steps, path: `${found.path}.steps` },
        `it is a list of up to ${MOST_LAYERS} steps`,
      );
    }
    const made: Layer[] = [];
    return graphOf(input, (x) => {
      const values = [x];
      const at = (json: unknown, path: string): Symbolic =>
        (isInteger(json) ? values[json] : undefined) ??
        refuse({ json, path }, 'it is the number of an earlier step');
      for (const [i, step] of steps.entries()) {
        const path = `${found.path}.steps[${i}]`;
        const place = { json: step, path };
        if (!isObject(step)) return refuse(place, 'a step is an object');
        const [key] = Object.keys(step);
        const { [key]: given, ...others } = step;
        checkKeys(path, others, key === 'apply' ? ['to'] : []);
        const next = within(place, () => {
          if (key === 'apply') {
            const value = at(others.to, `${path}.to`);
            // Layers are numbered as they are first applied.
            if (given === made.length && given < layers.length) {
              const own = { json: layers[given], path: `${list.path}[${given}]` };
              made.push(this.layer(own, value.shape, made, level + 1));
            }
            const one = isInteger(given) ? made[given] : undefined;
            return value.pipe(one ?? refuse({ json: given, path }, 'it is the number of a layer'));
          }
          if (!isArray(given) || given.length !== 2) return refuse(place, 'it has two values');
          const [left, right] = given.map((one) => at(one, path));
          if (key === 'add') return left.add(right);
          if (key === 'concat') return concat([left, right]);
          return refuse(place, 'a step is apply, add or concat');
        });
        checkSize(place, next.shape);
        values.push(next);
      }
      if (made.length < layers.length) refuse(list, 'every layer of it is applied');
      return at(output, `${found.path}.output`);
    });
  }

  #ownLayer(found: Found, name: string, fields: Readonly<Record<string, unknown>>): Layer {
    checkKeys(name, fields, ['own', 'options', 'parameters']);
    const { own: kind, options, parameters } = fields;
    const isWhole = isArray(parameters) && parameters.every(isNamedShape);
    const isGiven = options === undefined || isObject(options);
    if (typeof kind !== 'string' || !isGiven || !isWhole) {
      return refuse(found, 'an own layer has a kind, options and parameters');
    }
    const make = Object.hasOwn(this.#own, name) ? this.#own[name] : undefined;
    if (!make) {
      throw new OwnLayerError(
        `the model has a layer ${describe(kind)} of its author's own. Give the function that makes it: layers: { ${JSON.stringify(name.slice(0, 60))}: (options, kind) => … }`,
      );
    }
    let made: unknown;
    try {
      // What `pointwise` returns takes nothing, or a node.
      made = OF_POINTWISE.test(kind) ? (make as () => unknown)() : make(options, kind);
      checkLayer(`what layers: ${name} made`, made);
    } catch (cause) {
      const says = cause instanceof Error ? cause.message : String(cause);
      const why = options
        ? ''
        : `. The file has no options of ${describe(kind)}, because its layer() was given none: save it with layer({ …, options })`;
      throw new OwnLayerError(`layers: ${name} failed: ${says}${why}`, { cause });
    }
    const text = (all: readonly NamedShape[]): string =>
      all.map((one) => `${one.name} [${one.shape.join(', ')}]`).join('; ');
    const [has, wanted] = [text(made.parameters), text(parameters)];
    if (made.kind === kind && has === wanted) return made;
    throw new OwnLayerError(
      `layers: ${name} made ${describe(made.kind)} with ${has.slice(0, 200) || 'no parameters'}; the file has ${describe(kind)} with ${wanted.slice(0, 200) || 'none'}. Make it of the options that it is given`,
    );
  }
}

function checkSize({ path }: Found, shape: readonly number[]): void {
  const size = shape.reduce((product, one) => product * one, 1);
  if (size <= MOST_NUMBERS && shape.length <= MOST_DIMENSIONS) return;
  throw new DataError(
    `the model's file has samples of ${size} numbers in ${shape.length} dimensions at ${path}; at most ${MOST_NUMBERS} in ${MOST_DIMENSIONS} are read. Do not trust this file`,
  );
}
