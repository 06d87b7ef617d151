import { checkInteger, checkKeys, describe, isA, isArray, isObject } from '../../check.ts';
import { parseSafetensors, type Safetensors } from '../../data/safetensors.ts';
import type { Normalization } from '../../data/standardise.ts';
import { parseStrictJson } from '../../data/strict-json.ts';
import { DataError, GradweaveError } from '../../errors.ts';
import { Graph } from '../../graph/graph.ts';
import type { TargetKind } from '../../nn/losses.ts';
import { buildModel, type Model } from '../../nn/model.ts';
import { modelFrom, OwnLayerError, type OwnLayers } from '../../nn/model-from-json.ts';
import { pixels } from '../../ops/features.ts';
import { weightsIn } from '../weights.ts';
import { checkDescription } from './check.ts';
import { lossFrom } from './loss-json.ts';
import type { ImageForm, ModelDescription, SavedModel } from './saved-model.ts';
import { KEY, VERSION } from './version.ts';

/** How {@link readModel} reads. */
export interface ReadOptions {
  /** How to make layers of the author's own, by their names in the file. Default none. */
  readonly layers?: OwnLayers;
  /** Most bytes of a file. Default 4 GiB. */
  readonly maxBytes?: number;
}

const MOST_BYTES = 2 ** 32;

/** The most characters of the description. */
const MOST_TEXT = 2 ** 24;

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a file of {@link saveModel} without a GPU: the model, its parameters, and all that the file says of them. To go on
 * with the training, give `model` to `Trainer.create` and `parameters` to `trainer.load`. `saveModel` takes the result.
 *
 * The file may be anybody's: nothing of it is run, and every claim is checked before anything is made of it.
 *
 * @param bytes the whole file
 * @throws DataError if it is not such a file, is of a newer version, or anything in it is missing, unknown, too large or
 *   not finite; OptionError if it has layers of its author's own that are not given
 */
export function readModel(bytes: Uint8Array, options: ReadOptions = {}): SavedModel {
  checkKeys('readModel()', options, ['layers', 'maxBytes']);
  const { layers, maxBytes = MOST_BYTES } = options;
  checkInteger('readModel(): maxBytes', maxBytes, 1);
  if (isA(bytes, Uint8Array) && bytes.length > maxBytes) {
    throw new DataError(
      `the model's file has ${bytes.length} bytes; maxBytes allows ${maxBytes}. Check which file it is`,
    );
  }
  const { metadata, tensors } = parseSafetensors(bytes);
  return readDescription(metadata, layers, (description, writer) => {
    const { model } = description;
    const weights = weightsIn(new Map(tensors), model);
    return {
      ...description,
      parameters: new Map(
        model.parameters.map(({ name, shape }) => {
          const data = weights.get(name);
          if (data) return [name, { shape, data }];
          throw new DataError(`the model's file has no ${name}. Get the file again`);
        }),
      ),
      writer,
    };
  });
}

/**
 * Reads what the metadata of a file say of its model.
 *
 * @param use what is done with it; its errors are the file's
 * @throws as {@link readModel}
 */
export function readDescription<T>(
  metadata: Safetensors['metadata'],
  layers: OwnLayers | undefined,
  use: (description: ModelDescription, writer: string) => T,
): T {
  const json = jsonOf(metadata);
  return described(json, () => {
    checkKeys('the description', json, [
      'version',
      'writer',
      'model',
      'input',
      'output',
      'training',
    ]);
    const model = modelFrom(json.model, layers);
    built(model);
    const description = descriptionOf(json, model, metadata);
    checkDescription("the model's file", description);
    return use(description, textOf(json.writer, 'writer'));
  });
}

/** What the file says, with wrong values as errors of the data. */
function described<T>(json: Json, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isOwn = error instanceof OwnLayerError;
    if (!(error instanceof GradweaveError) || error instanceof DataError || isOwn) throw error;
    throw new DataError(
      `the description in the model's file (version ${describe(json.version)}) is wrong: ${error.message}`,
      { cause: error },
    );
  }
}

/** @throws DataError unless it is the description of a model in a version that this package knows */
function jsonOf(metadata: Safetensors['metadata']): Json {
  const text = Object.hasOwn(metadata, KEY) ? metadata[KEY] : undefined;
  if (text === undefined) {
    throw new DataError(
      `this file has tensors, but its metadata has no ${KEY}: it is not of saveModel(). Make the model in code, and use readWeights() or restore()`,
    );
  }
  if (text.length > MOST_TEXT) {
    throw new DataError(
      `the model's file describes itself in ${text.length} characters; at most ${MOST_TEXT} are read. Do not trust this file`,
    );
  }
  const json = parseStrictJson(text, "the description in the model's file");
  const { version }: Json = isObject(json) ? json : {};
  if (!isObject(json) || !Number.isInteger(version) || Number(version) < 1) {
    throw new DataError(
      `the model's file has no version; it is an integer from 1 up. Get the file again`,
    );
  }
  if (Number(version) <= VERSION) return json;
  throw new DataError(
    `the model's file has version ${describe(version)}; this version of gradweave reads up to ${VERSION}. Use a later version of gradweave`,
  );
}

/** Builds the graph once, to find what no layer checks by itself. */
function built(model: Model): void {
  buildModel(model, pixels(new Graph(), [1, ...model.inputShape]), false);
}

const textOf = (given: unknown, what: string): string => {
  if (typeof given === 'string') return given;
  throw new DataError(
    `the model's file has ${describe(given)} for ${what}; it is a text. Get the file again`,
  );
};

function partOf(json: Json, name: 'input' | 'output', keys: readonly string[]): Json {
  const part = json[name];
  if (!isObject(part)) {
    throw new DataError(
      `the model's file has ${describe(part)} for ${name}; it is an object. Get the file again`,
    );
  }
  checkKeys(name, part, keys);
  return part;
}

function descriptionOf(json: Json, model: Model, texts: Safetensors['metadata']): ModelDescription {
  const { image, normalize, vocabulary } = partOf(json, 'input', [
    'image',
    'normalize',
    'vocabulary',
  ]);
  const { target, loss, classes } = partOf(json, 'output', ['target', 'loss', 'classes']);
  const { [KEY]: _, format: __, ...metadata } = texts;
  const { training } = json;
  const made = loss === undefined ? undefined : lossFrom(loss);
  if (loss !== undefined && made === undefined) {
    throw new DataError(
      `the model's file has the loss ${describe(isObject(loss) ? loss.kind : loss)}, which this version does not have. Use the version of gradweave that wrote it, or a later one`,
    );
  }
  return {
    model,
    ...(image === undefined ? {} : { image: imageOf(image) }),
    ...(normalize === undefined ? {} : { normalize: normalize as Normalization }),
    ...(vocabulary === undefined ? {} : { vocabulary: listOf(vocabulary) }),
    target: textOf(target, 'target') as TargetKind,
    ...(made === undefined ? {} : { loss: made }),
    ...(classes === undefined ? {} : { classes: listOf(classes) }),
    ...(training === undefined ? {} : { training: training as object }),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

/** The list itself; what is in it is checked later. */
const listOf = (given: unknown): readonly string[] =>
  (isArray(given) ? given : [given]) as string[];

function imageOf(json: unknown): ImageForm {
  if (!isObject(json)) {
    throw new DataError(
      `the model's file has ${describe(json)} for image; it is an object. Get the file again`,
    );
  }
  checkKeys('image', json, ['height', 'width', 'channels', 'crop', 'scale']);
  const { scale, ...image } = json;
  if (scale === 255) return image as unknown as ImageForm;
  throw new DataError(
    `the model's file divides pixels by ${describe(scale)}; this version of gradweave divides bytes by 255. Use a later version of gradweave`,
  );
}
