import {
  checkKeys,
  describe,
  isArray,
  isMap,
  isNumbers,
  isObject,
  looksLike,
} from '../../check.ts';
import { writeSafetensors } from '../../data/safetensors-write.ts';
import { isColumnScale, type Normalization } from '../../data/standardise.ts';
import { DataError, GradweaveError, OptionError } from '../../errors.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Layer } from '../../nn/layers/layer.ts';
import { checkModel, type Model } from '../../nn/model.ts';
import { checkPlain, modelJson, ownKey, ownName } from '../../nn/model-json.ts';
import { type State, type StateTensor, stateOf } from '../../nn/state.ts';
import { PACKAGE_VERSION } from '../../version.ts';
import type { WeightsChoice } from '../averages.ts';
import { checkWeights } from '../check-weights.ts';
import { isTrainer } from '../is-trainer.ts';
import { isImages, type ResolvedOptions, type TrainingData } from '../options.ts';
import { needSnapshot, type Snapshot, settingsOf } from '../snapshot.ts';
import type { Trainer } from '../trainer.ts';
import { checkDescription } from './check.ts';
import { lossJson } from './loss-json.ts';
import { readDescription } from './read.ts';
import type { ImageForm, ModelDescription } from './saved-model.ts';
import { trainingOf } from './training.ts';
import { KEY, RESERVED, VERSION } from './version.ts';

/** A model and its parameters, without a trainer: what `readModel` returns, or parts of your own. */
export interface ModelParts extends ModelDescription {
  /** All parameters of the model, by PyTorch's names. */
  readonly parameters: State;
  /** Ignored: the file names the version that writes it. */
  readonly writer?: string;
}

/** What {@link saveModel} writes besides what it knows. */
export type SaveOptions = Omit<ModelDescription, 'model'> & {
  /** `average`: the averages of a trainer's weights, see {@link averaged}. Default `last`, the present weights. */
  readonly weights?: WeightsChoice;
};

const DESCRIPTION = [
  'image',
  'normalize',
  'vocabulary',
  'target',
  'loss',
  'classes',
  'training',
  'metadata',
];

/**
 * Saves a model as one safetensors file that says all that `loadModel` needs: the layers, how samples are prepared,
 * the names of the classes. `docs/model-file.md` specifies it. The tensors are those of `weightsOf`: PyTorch reads them
 * as a `state_dict`.
 *
 * @param run a trainer or a snapshot, whose options say how samples are prepared; or `{ model, parameters, … }`
 * @param options what to write instead of what the trainer's options say: all that a {@link ModelDescription} has
 * @returns the file's bytes; the same for the same model, parameters and options
 * @throws OptionError if the model is made of what no file describes, or an option is wrong; DataError for parameters
 *   that are not finite; DeviceLostError if the device is lost
 * @example
 * const bytes = await saveModel(trainer);
 * // … elsewhere:
 * const model = await loadModel(engine, bytes);
 * const classes = await model.predict(images, { as: 'class' });
 */
export async function saveModel(
  run: Trainer | Snapshot | ModelParts,
  options: SaveOptions = {},
): Promise<Uint8Array> {
  checkKeys('saveModel()', options, [...DESCRIPTION, 'weights']);
  const { weights = 'last', ...given } = options;
  const parts = await partsOf(run, weights);
  // An undefined value counts as not given.
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const all: ModelParts = { ...parts, ...Object.fromEntries(said) };
  checkDescription('saveModel()', all);
  const { model, parameters, metadata = {} } = all;
  const taken = Object.keys(metadata).find((name) => RESERVED.includes(name as 'format'));
  if (taken !== undefined) {
    throw new OptionError(
      `saveModel(): metadata has ${describe(taken)}, which the format keeps; use another name`,
    );
  }
  const own = new Map<string, Layer>();
  const json = {
    version: VERSION,
    writer: PACKAGE_VERSION,
    model: modelJson(model, own),
    input: inputJson(all),
    output: outputJson(all),
    ...(all.training === undefined ? {} : { training: plain('training', all.training) }),
  };
  const texts = { ...metadata, format: 'pt', [KEY]: JSON.stringify(json) };
  checkReadable(texts, own);
  return writeSafetensors(tensorsOf(model, parameters), texts);
}

/**
 * Reads what will be written: a file that `readModel` refuses would be noticed when the run is gone.
 *
 * @param own the model's layers of the caller's own, by `ownKey`
 * @throws OptionError
 */
function checkReadable(texts: Readonly<Record<string, string>>, own: ReadonlyMap<string, Layer>) {
  const theSame = (options: unknown, kind: string): Layer =>
    own.get(ownKey(kind, options)) as Layer;
  const names = [...own.values()].map(({ kind }) => [ownName(kind), theSame] as const);
  try {
    readDescription(texts, Object.fromEntries(names), () => {});
  } catch (error) {
    if (!(error instanceof GradweaveError)) throw error;
    throw new OptionError(`saveModel(): no reader would take the file: ${error.message}`, {
      cause: error,
    });
  }
}

/** @throws OptionError unless it is plain JSON */
function plain(what: string, given: object): object {
  checkPlain(what, given);
  return given;
}

function inputJson({ image, normalize, vocabulary }: ModelDescription): object {
  return {
    ...(image ? { image: { ...image, scale: 255 } } : {}),
    ...(normalize ? { normalize: listsOf(normalize) } : {}),
    ...(vocabulary ? { vocabulary } : {}),
  };
}

/** JSON makes objects of typed arrays. */
const listsOf = (normalize: Normalization): Normalization =>
  isColumnScale(normalize)
    ? { mean: [...normalize.mean], deviation: [...normalize.deviation] }
    : normalize;

function outputJson({ target, loss, classes }: ModelDescription): object {
  const json = lossJson(loss);
  return {
    target: target ?? 'label',
    ...(json ? { loss: json } : {}),
    ...(classes ? { classes } : {}),
  };
}

async function partsOf(
  run: Trainer | Snapshot | ModelParts,
  weights: WeightsChoice,
): Promise<ModelParts> {
  if (isTrainer(run)) {
    checkWeights(weights, run.options.optimizer);
    const parameters = await (weights === 'average' ? run.averages() : run.parameters());
    const { step, history } = run;
    return { parameters, ...describedBy(run.options, { step, history }) };
  }
  if (weights !== 'last') {
    throw new OptionError(
      "saveModel(): weights: 'average' was given without a trainer, which has them",
    );
  }
  if (isObject(run) && 'model' in run) {
    checkKeys('saveModel()', run, ['model', 'parameters', 'writer', ...DESCRIPTION]);
    checkModel('saveModel(): model', run.model);
    return run as ModelParts;
  }
  needSnapshot('saveModel()', run);
  settingsOf(run);
  const stored = run.tensors.get('parameters') ?? new Map();
  return { parameters: stateOf(run.options.model, stored), ...describedBy(run.options, run) };
}

/** What a run's options say of its model. */
function describedBy(
  options: ResolvedOptions,
  done: Pick<Snapshot, 'step' | 'history'>,
): ModelDescription {
  const { model, dataset, normalize, target, loss } = options;
  const classes =
    target === 'label' ? [...((dataset as { classes?: readonly string[] }).classes ?? [])] : [];
  const isText = 'tokens' in dataset.train && classes.every((name) => [...name].length === 1);
  return {
    model,
    image: imageOf(dataset, options.augment?.crop),
    normalize,
    target,
    loss,
    ...(classes.length > 0 ? { classes } : {}),
    ...(isText && classes.length > 0 ? { vocabulary: classes } : {}),
    training: trainingOf(options, done),
  };
}

function imageOf(
  dataset: TrainingData,
  crop: readonly [number, number] | null | undefined,
): ImageForm | undefined {
  if (!isImages(dataset)) return undefined;
  const { height, width, channels = 1 } = dataset.train;
  return { height, width, channels, ...(crop ? { crop } : {}) };
}

/** @throws OptionError if parameters are missing or left over; DataError if one is wrong */
function tensorsOf(model: Model, state: unknown): Map<string, StateTensor> {
  if (!isMap(state)) {
    throw new OptionError(
      `saveModel(): parameters ${describe(state)} was given; use a Map of arrays by name, as trainer.parameters() returns`,
    );
  }
  const { parameters } = model;
  const missing = parameters.filter(({ name }) => !state.has(name));
  const known = new Set<unknown>(parameters.map(({ name }) => name));
  const surplus = [...state.keys()].filter((name) => !known.has(name));
  if (missing.length + surplus.length > 0) {
    const [lacks, has] = [missing.map(({ name }) => name), surplus.map(describe)];
    throw new OptionError(
      `saveModel(): the parameters lack ${lacks.slice(0, 8).join(', ') || 'nothing'}, and have ${has.slice(0, 8).join(', ') || 'nothing'} that the model does not have. Give all of the model's, and no others`,
    );
  }
  return new Map(
    parameters.map(({ name, shape }) => {
      const given = state.get(name);
      const values =
        isArray(given) || !looksLike(given, { data: 'object' })
          ? given
          : (given as StateTensor).data;
      if (!isNumbers(values) || values.length !== sizeOf(shape)) {
        throw new DataError(
          `saveModel(): ${name} is ${describe(values)}; it is ${sizeOf(shape)} numbers, [${shape.join(', ')}]`,
        );
      }
      const data = Float32Array.from(values);
      const bad = data.findIndex((value) => !Number.isFinite(value));
      if (bad < 0) return [name, { shape, data }];
      throw new DataError(
        `saveModel(): ${name} has ${data[bad]} at ${bad}; every number of a model is finite. Go back to an earlier state of the run`,
      );
    }),
  );
}
