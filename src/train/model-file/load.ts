import { checkKeys, checkSignal, describe } from '../../check.ts';
import { type Characters, charactersOf } from '../../data/characters.ts';
import type { Images } from '../../data/dataset.ts';
import { isColumnScale } from '../../data/standardise.ts';
import { DestroyedError, OptionError } from '../../errors.ts';
import { abortable } from '../../gpu/abortable.ts';
import { checkEngine, type Engine } from '../../gpu/engine.ts';
import { checkFamily, type KernelFamily } from '../../gpu/family.ts';
import { Lifetime } from '../../gpu/lifetime.ts';
import { Workspace } from '../../gpu/workspace.ts';
import { Graph } from '../../graph/graph.ts';
import { ParameterStore } from '../../graph/store.ts';
import {
  type Answer,
  type AnswerForm,
  answersOf,
  checkPredict,
  type PredictOptions,
} from '../../infer/answers.ts';
import { type GenerateOptions, generate } from '../../infer/generate.ts';
import type { NumberSamples } from '../../infer/samples.ts';
import { buildModel, type Model, rowsOf } from '../../nn/model.ts';
import { writeState } from '../../nn/state.ts';
import { pixels } from '../../ops/features.ts';
import { isParameter } from '../../ops/sources.ts';
import { changing } from '../changing.ts';
import type { Samples as ChangedSamples } from '../network.ts';
import type { TrainingData } from '../options.ts';
import { type SampleOptions, type Samples, samplesFor } from '../predict-samples.ts';
import { Predictor } from '../predictor.ts';
import { type ReadOptions, readModel } from './read.ts';
import type { SavedModel } from './saved-model.ts';

/** How {@link loadModel} loads. */
export interface LoadOptions extends ReadOptions {
  /** The family of kernels. Default: the one that suits the adapter. */
  readonly family?: KernelFamily;
  /** Ends the loading: it rejects with the signal's reason. Default none. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a model of a file of {@link saveModel} that predicts. It takes the samples that the trainer took, prepares them as
 * the trainer did, and gives the same bits on the same adapter with the same family of kernels.
 *
 * @param bytes the whole file, which may be anybody's: see {@link readModel}
 * @throws what `readModel` throws; MemoryError; DestroyedError if the engine is destroyed; the signal's reason
 * @example
 * const model = await loadModel(engine, bytes);
 * const [first] = await model.predict(images, { as: 'class' });
 * console.log(model.classes[first]);
 */
export async function loadModel(
  engine: Engine,
  bytes: Uint8Array,
  options: LoadOptions = {},
): Promise<LoadedModel> {
  checkEngine('loadModel()', engine);
  checkKeys('loadModel()', options, ['layers', 'maxBytes', 'family', 'signal']);
  const { signal, family, ...reading } = options;
  checkSignal(signal);
  const own = family === undefined ? undefined : checkFamily('family', family);
  const file = readModel(bytes, reading);
  return abortable(options, (onAbort) => LoadedModel.create(engine, file, own, onAbort));
}

/** What the samples of a file's model are, as if a trainer had it. */
function sampleOptions({ model, image, normalize, target }: SavedModel): SampleOptions & {
  readonly samples?: ChangedSamples;
} {
  const rest = { model, normalize: normalize ?? null, target: target ?? 'label' };
  if (!image) return { ...rest, dataset: { train: { inputs: [] } } };
  const { crop, ...size } = image;
  const train = { ...size, images: new Uint8Array(), labels: new Uint8Array(), count: 0 };
  const dataset = { train, classes: [] };
  // As `prepare` does for a trainer.
  if (!crop && !(normalize && isColumnScale(normalize))) return { ...rest, dataset };
  return {
    ...rest,
    dataset,
    ...changing({ dataset, model, ...(crop ? { augment: { crop } } : {}) }),
  };
}

/** A model of a file on the GPU. */
export class LoadedModel {
  readonly model: Model;
  /** All that the file says of the model, but for its parameters. */
  readonly description: Omit<SavedModel, 'parameters'>;
  /** The name of each class; none if the file has none. */
  readonly classes: readonly string[];
  readonly #workspace: Workspace;
  readonly #predictor: Predictor;
  readonly #samples: SampleOptions;
  readonly #characters: Characters | undefined;

  private constructor(workspace: Workspace, file: SavedModel, predictor: Predictor) {
    const { parameters: _, ...description } = file;
    this.model = file.model;
    this.description = Object.freeze(description);
    this.classes = Object.freeze([...(file.classes ?? [])]);
    this.#workspace = workspace;
    this.#predictor = predictor;
    this.#samples = sampleOptions(file);
    this.#characters = file.vocabulary && charactersOf(file.vocabulary);
    Object.freeze(this);
  }

  /** @internal */
  static async create(
    engine: Engine,
    file: SavedModel,
    family: KernelFamily | undefined,
    onAbort: (end: () => void) => void,
  ): Promise<LoadedModel> {
    const { model, loss = 'mse' } = file;
    const frees: (() => void)[] = [];
    const lifetime = new Lifetime(
      engine.nameOf('model'),
      () =>
        frees.forEach((free) => {
          free();
        }),
      engine.lifetime,
    );
    onAbort(() => lifetime.end());
    const workspace = new Workspace(engine, lifetime);
    try {
      return await lifetime.run(async () => {
        workspace.assertAlive();
        const graph = new Graph();
        buildModel(model, pixels(graph, [1, ...model.inputShape]), false);
        const store = workspace.buffers.allOrNone(
          () => new ParameterStore(workspace, graph.nodes.filter(isParameter), []),
        );
        const network = sampleOptions(file);
        const predictor = new Predictor(workspace, { network, loss, plan: 'fused', store, family });
        frees.push(
          () => predictor.destroy(),
          () => store.destroy(),
        );
        writeState(store, model, file.parameters);
        await workspace.buffers.settle();
        workspace.assertAlive();
        return new LoadedModel(workspace, file, predictor);
      });
    } catch (error) {
      lifetime.end();
      if (!(error instanceof DestroyedError)) await engine.blameLoss(error);
      throw error;
    }
  }

  /** Its name in messages and in `engine.memory()`, such as `model 1`. */
  get name(): string {
    return this.#workspace.lifetime.name;
  }

  /**
   * Predicts any number of samples, as the trainer's `predict`. Concurrent calls take turns. For no samples the result is an
   * empty array.
   *
   * @param samples images, if the model was trained with images; else numbers: one array row by row, an array of samples, or
   *   a source of them. Do not change them before the promise is settled.
   * @param options the form of the answers; whether to standardise the samples
   * @returns [count, outputs] row by row, or classes [count]
   * @throws ShapeError, DataError, OptionError if the model does not take the samples, or its outputs do not have that
   *   form; DestroyedError; DeviceLostError
   */
  async predict<As extends AnswerForm = 'output'>(
    samples: NumberSamples | Images,
    options: PredictOptions<As> = {},
  ): Promise<Answer<As>> {
    return this.#workspace.lifetime.run(async () => {
      const { loss, target = 'label' } = this.description;
      const form = { width: rowsOf(this.model, target).width, loss, target };
      checkPredict(options, form);
      const raw = options.normalize === false;
      const host = samplesFor(this.#samples, samples as Samples<TrainingData>, raw);
      if (!host) return answersOf(new Float32Array(), form, options.as);
      const bare = raw && this.description.image !== undefined && this.#samples.normalize !== null;
      return answersOf(await this.#predictor.predict(host, bare), form, options.as);
    });
  }

  get #text(): Characters {
    if (this.#characters) return this.#characters;
    throw new OptionError(
      `${this.name} has no vocabulary, so it takes no texts; give tokens to predict(), or to generate() of the engine`,
    );
  }

  /** The tokens of a text. @throws OptionError if the file has no vocabulary; DataError for other characters */
  encode(text: string): ReturnType<Characters['encode']> {
    return this.#text.encode(text);
  }

  /** The text of tokens. @throws OptionError if the file has no vocabulary; DataError for other tokens */
  decode(tokens: ArrayLike<number>): string {
    return this.#text.decode(tokens);
  }

  /**
   * Continues a text, character by character; see the engine's {@link generate}.
   *
   * @param prompt at least one character
   * @throws OptionError, DataError at the call if the file has no vocabulary, or the prompt other characters; what `generate`
   *   throws
   * @example
   * for await (const character of model.generate('The ', { count: 200 })) text += character;
   */
  generate(prompt: string, options: GenerateOptions = {}): AsyncGenerator<string, void, void> {
    const { encode, decode } = this.#text;
    if (typeof prompt !== 'string') {
      throw new OptionError(`generate(): ${describe(prompt)} was given as the prompt; use a text`);
    }
    return texts(generate(this, encode(prompt), options), decode);
  }

  /**
   * Ends it: what it is doing rejects with a DestroyedError at once, and so does every later call. Its memory is freed when
   * the GPU is done with it. A second call does nothing.
   */
  destroy(): void {
    this.#workspace.lifetime.end();
  }

  /** {@link destroy}, and waits until the memory is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    await this.#workspace.lifetime.freed;
  }
}

async function* texts(
  tokens: AsyncGenerator<number, void, void>,
  decode: (tokens: ArrayLike<number>) => string,
): AsyncGenerator<string, void, void> {
  for await (const token of tokens) yield decode([token]);
}
