import { describe, isA, isArray, isObject } from '../check.ts';
import { OptionError } from '../errors.ts';
import { FORMS } from './forms.ts';
import type { Steps } from './functional.ts';
import { fieldsOf } from './layers/form.ts';
import { INNER, type Layer, OWN } from './layers/layer.ts';
import { Sequential } from './layers/sequential.ts';
import type { Model } from './model.ts';

/** A layer in a file of a model: its kind, its values by name, and its own name if it has one. */
export interface LayerJson {
  readonly layer: string;
  readonly name?: string;
  readonly [value: string]: unknown;
}

/** The most levels of layers inside of layers, and of objects inside of an own layer's options. */
export const MOST_LEVELS = 32;

/** Whether it is one of ours, not of a caller's class that builds something else. */
const isSequential = (given: unknown): given is Sequential =>
  isA(given, Sequential) && given.build === Sequential.prototype.build;

/** What a layer was made with. Copies that somebody changed are not frozen. */
const madeOf = (one: Layer): readonly [kind: string, ...values: unknown[]] =>
  (Object.isFrozen(one) ? one.made : undefined) ?? [OWN];

/**
 * A model as plain JSON, from which `modelFrom` makes it again.
 *
 * @param own gets the layers of the caller's own, by {@link ownKey}
 * @throws OptionError if it is an object of the caller's own, whose `build` nothing describes
 */
export function modelJson(model: Model, own: Map<string, Layer> = new Map()): LayerJson {
  const isModel = isSequential(model) || madeOf(model as Model & Layer)[0] === 'model';
  if (isModel) return layerJson(model as Model & Layer, [], 0, own);
  throw new OptionError(
    `saveModel(): the model ${describe(model.kind)} cannot be written, because its build() is a function of its own. Make it with new Sequential(), mlp() or model(), of layers by layer()`,
  );
}

/** @param before the layers before it in its list */
function layerJson(
  one: Layer,
  before: readonly Layer[],
  level: number,
  own: Map<string, Layer>,
): LayerJson {
  if (level > MOST_LEVELS) {
    throw new OptionError(
      `saveModel(): the model has more than ${MOST_LEVELS} levels of layers inside of layers`,
    );
  }
  if (isSequential(one)) {
    const { inputShape: input, layers } = one;
    return { layer: 'Sequential', input, layers: listJson(layers, level, own) };
  }
  const [made, ...values] = madeOf(one);
  // The kind's first word is the layer's name; those of a caller's own say what they like.
  const name = [OWN, 'named', 'model'].includes(made) ? made : (one.kind.match(/^\w+/)?.[0] ?? '');
  if (name === 'named') {
    return {
      ...layerJson(values[0] as Layer, before, level, own),
      ...(one.name ? { name: one.name } : {}),
    };
  }
  if (name === OWN) {
    const json = ownJson(one, values[0]);
    own.set(ownKey(one.kind, json.options), one);
    return json;
  }
  if (name === 'model') return graphJson(one as Model & Layer, values[0] as Steps, level, own);
  const inner = one[INNER];
  if (inner) return { layer: name, layers: listJson(inner.layers, level, own) };
  if (one.of) return { layer: name, of: before.indexOf(one.of) };
  const form = FORMS.get(name);
  if (!form) throw new OptionError(`saveModel(): the layer ${one.kind} has no form`);
  return { layer: name, ...fieldsOf(form, values) };
}

const listJson = (layers: readonly Layer[], level: number, own: Map<string, Layer>): LayerJson[] =>
  layers.map((one, i) => layerJson(one, layers.slice(0, i), level + 1, own));

/** What `model()` made: its layers, in the order in which they are first applied, and its steps. */
function graphJson(
  { inputShape: input }: Model,
  { steps, end }: Steps,
  level: number,
  own: Map<string, Layer>,
): LayerJson {
  const layers = [...new Set(steps.flatMap(({ layer }) => layer ?? []))];
  return {
    layer: 'model',
    input,
    layers: listJson(layers, level, own),
    steps: steps
      .slice(1)
      .map(({ kind, from, layer }) =>
        layer ? { apply: layers.indexOf(layer), to: from[0] } : { [kind]: from },
      ),
    output: end,
  };
}

/** The name by which an own layer is found again: that of `pointwise`, or the first word of its kind. */
export const ownName = (kind: string): string =>
  /^(.+) #[\w-]+$/s.exec(kind)?.[1] ?? /^\S+/.exec(kind)?.[0] ?? kind;

/** What tells own layers apart that a file describes. */
export const ownKey = (kind: string, options: unknown): string =>
  JSON.stringify([kind, options ?? null]);

function ownJson(one: Layer, options: unknown): LayerJson {
  const { kind, parameters } = one;
  if (options !== undefined) checkPlain(`the options of the own layer ${kind}`, options);
  return {
    layer: ownName(kind),
    own: kind,
    ...(options === undefined ? {} : { options }),
    parameters: parameters.map(({ name, shape }) => ({ name, shape })),
  };
}

/** @throws OptionError unless JSON keeps it: numbers that are finite, texts, true, false, null, lists and plain objects */
export function checkPlain(what: string, given: unknown, level = 0): void {
  const isValue =
    given === null ||
    ['string', 'boolean'].includes(typeof given) ||
    (typeof given === 'number' && Number.isFinite(given) && !Object.is(given, -0));
  if (isValue) return;
  if (level < MOST_LEVELS && (isArray(given) || isObject(given))) {
    for (const one of Object.values(given)) checkPlain(what, one, level + 1);
    return;
  }
  throw new OptionError(
    `saveModel(): ${what} have ${describe(given)}; a file keeps plain JSON, as { width: 32 }`,
  );
}
