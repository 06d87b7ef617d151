import { checkFlag, checkKeys, describe } from '../check.ts';
import type { Images } from '../data/dataset.ts';
import { type ColumnScale, isColumnScale } from '../data/standardise.ts';
import { DestroyedError, OptionError } from '../errors.ts';
import { abortable } from '../gpu/abortable.ts';
import { Activity } from '../gpu/activity.ts';
import { checkEncoder, checkEngine, type Engine } from '../gpu/engine.ts';
import { checkGiven, type GivenBuffer } from '../gpu/given.ts';
import { Lifetime } from '../gpu/lifetime.ts';
import { Workspace } from '../gpu/workspace.ts';
import { encode } from '../graph/executor.ts';
import type { ExplainOptions } from '../graph/explain.ts';
import type { ParameterStore } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { type Model, rowsOf } from '../nn/model.ts';
import type { State } from '../nn/state.ts';
import type { CopyOptions, ParameterHolder } from '../ops/blend.ts';
import type { Answer, AnswerForm, Outputs, PredictOptions } from './answers.ts';
import type { Batches } from './batches.ts';
import { Forward, INPUT, type Source } from './forward.ts';
import { copyInto, type Held, loadInto } from './holder.ts';
import {
  checkInference,
  type EncodeOptions,
  type InferenceOptions,
  type Shared,
} from './inference-options.ts';
import type { NumberSamples } from './samples.ts';

export type { EncodeOptions, InferenceOptions } from './inference-options.ts';

/**
 * A model's forward pass on the GPU, without dropout, from one of the caller's buffers to another: two to four
 * dispatches, no copy, nothing submitted.
 *
 * @example
 * const inference = await Inference.create(engine, { model, batch: 64, weights });
 * const encoder = device.createCommandEncoder();
 * inference.encode(encoder, input, output); // f32 [64, inputs] → f32 [64, outputs]
 * device.queue.submit([encoder.finish()]);
 */
export class Inference {
  readonly model: Model;
  /** Samples per call of `encode`. */
  readonly batch: number;
  readonly #workspace: Workspace;
  readonly #forward: Forward;
  /** After the first call of `predict`. */
  #batches: Batches | undefined;
  readonly #held: Held;
  /** What `predict` standardises with on the CPU, in float64. */
  readonly #scale: ColumnScale | undefined;
  readonly #outputs: Outputs;
  /** Whether inputs are given with each call. */
  readonly #asked: boolean;

  private constructor(
    workspace: Workspace,
    options: InferenceOptions,
    source: Source | undefined,
    shared?: Shared,
  ) {
    const { model, batch, input, normalize, loss } = options;
    this.model = model;
    this.batch = batch;
    this.#workspace = workspace;
    this.#asked = input === undefined;
    this.#forward = new Forward(workspace, options, source, shared?.store);
    this.#held = {
      model,
      workspace,
      activity: shared?.activity ?? new Activity(workspace.lifetime.name),
      store: this.#forward.store,
      changes: shared?.changes,
      changed: shared?.changed,
      filled: shared !== undefined || model.parameters.length === 0,
    };
    this.#outputs = {
      width: rowsOf(model, shared?.target ?? 'label').width,
      loss,
      target: shared?.target,
    };
    this.#scale = normalize && isColumnScale(normalize) ? normalize : undefined;
  }

  /**
   * Plans and compiles.
   *
   * @param shared a trainer's parameters, always the current ones; the trainer destroys them
   * @throws OptionError if the batch is invalid, inputs do not fit, or weights are not the model's; ShapeError,
   *   MemoryError, ShaderError, DeviceLostError; DestroyedError if the engine or the trainer is destroyed
   *   meanwhile; the signal's reason
   */
  static async create(
    engine: Engine,
    options: InferenceOptions,
    shared?: Shared,
  ): Promise<Inference> {
    checkEngine('Inference.create()', engine);
    return abortable(options, (onAbort) => Inference.#create(engine, options, onAbort, shared));
  }

  static async #create(
    engine: Engine,
    options: InferenceOptions,
    onAbort: (end: () => void) => void,
    shared?: Shared,
  ): Promise<Inference> {
    checkInference(options);
    const { weights, input, batch, model } = options;
    let made: Inference | undefined;
    const owner = shared?.owner ?? engine.lifetime;
    const free = (): void => {
      if (!made) return;
      made.#forward.destroy();
      made.#batches?.destroy();
      if (!shared) made.#forward.store.destroy();
    };
    const lifetime = new Lifetime(engine.nameOf('inference'), free, owner);
    const workspace = new Workspace(engine, lifetime);
    onAbort(() => lifetime.end());
    try {
      return await lifetime.run(async () => {
        workspace.assertAlive();
        let source: Source | undefined;
        if (input !== undefined) {
          const { sourceOf } = await import('../data/given.ts');
          const bytes = 4 * batch * sizeOf(model.inputShape);
          source = sourceOf(INPUT, input, bytes, workspace.device);
          workspace.assertAlive();
        }
        const inference = workspace.buffers.allOrNone(
          () => new Inference(workspace, options, source, shared),
        );
        made = inference;
        if (weights) inference.load(weights);
        await inference.#forward.compile();
        await workspace.buffers.settle();
        // Compiling succeeds even on a lost device.
        workspace.assertAlive();
        Object.freeze(inference);
        return inference;
      });
    } catch (error) {
      lifetime.end();
      if (!(error instanceof DestroyedError)) await engine.blameLoss(error);
      throw error;
    }
  }

  /**
   * Sets parameters in PyTorch's layout: weights [out, in]. Those that are not named do not change.
   *
   * @returns the names of the parameters that are not named; none if all were set
   * @throws OptionError for a name that the model does not have; ShapeError for a wrong number of values; DataError
   *   for NaN or infinity; BusyError while `predict` reads them, and for a trainer's inference in the middle of an
   *   epoch
   */
  load(weights: State): string[] {
    return loadInto(this.#held, weights);
  }

  /** @internal */
  get store(): ParameterStore {
    this.#workspace.assertAlive();
    return this.#forward.store;
  }

  /** Its name in messages and in `engine.memory()`, such as `inference 1`. */
  get name(): string {
    return this.#workspace.lifetime.name;
  }

  /**
   * Copies parameters from a trainer or another inference on the same device, on the GPU, after all steps that
   * were submitted before.
   *
   * @param other the trainer or inference to copy from
   * @param options which parameters, and in what proportion; the first call with `mix` compiles
   * @returns settled when WebGPU has accepted the copy; work that is submitted later sees it
   * @throws OptionError, ShapeError if the parameters cannot be copied; DestroyedError if either is destroyed;
   *   BusyError for a trainer's inference in the middle of an epoch
   */
  async copyFrom(other: ParameterHolder, options: CopyOptions = {}): Promise<void> {
    await copyInto(this.#held, other, options);
  }

  /**
   * Describes the forward pass as text: a table of its dispatches and the ops that each computes.
   *
   * @param options `{ wgsl: true }` adds the WGSL of each kernel, as it is compiled; `{ wgsl: 2 }` only
   *   that of dispatch 2
   * @throws OptionError if an option is unknown, or no dispatch has the number; DestroyedError
   */
  explain(options: ExplainOptions = {}): string {
    this.#workspace.lifetime.assert();
    return this.#forward.explain(options);
  }

  /**
   * Encodes the forward pass into the caller's encoder. The caller submits it; the buffers are read and written
   * then.
   *
   * @param input f32 [batch, inputs], row by row; null if the inputs were given to {@link create}
   * @param output f32 [batch, outputs], row by row
   * @param options whether to standardise the inputs, if `normalize` was given to {@link create}
   * @throws OptionError if a buffer lacks STORAGE, is too small, has an offset that cannot be bound, or is given
   *   twice, or no weights were set; DeviceLostError
   */
  encode(
    encoder: GPUCommandEncoder,
    input: GivenBuffer | null,
    output: GivenBuffer,
    options: EncodeOptions = {},
  ): void {
    this.#workspace.assertAlive();
    checkEncoder(encoder);
    checkKeys('encode()', options, ['normalize']);
    const { normalize = true } = options;
    checkFlag('normalize', normalize);
    if (!this.#held.filled) {
      throw new OptionError(
        `${this.name} has no weights yet; give weights, or call load() or copyFrom()`,
      );
    }
    const dispatches = this.#forward.dispatches(
      this.#checked(input),
      this.#written(output),
      normalize,
    );
    const pass = encoder.beginComputePass({ label: 'inference' });
    encode(pass, dispatches);
    pass.end();
  }

  #checked(input: GivenBuffer | null): GPUBufferBinding | undefined {
    if (this.#asked === (input === null || input === undefined)) {
      throw new OptionError(
        this.#asked
          ? `input ${describe(input)} was given; this inference needs a buffer of f32 [batch, inputs]`
          : 'an input buffer was given; this inference has its inputs: give null',
      );
    }
    const bytes = 4 * this.batch * sizeOf(this.model.inputShape);
    return this.#asked ? checkGiven(INPUT, input, bytes, this.#workspace.device) : undefined;
  }

  #written(output: GivenBuffer): GPUBufferBinding {
    return checkGiven(
      'output',
      output,
      4 * this.batch * sizeOf(this.model.outputShape),
      this.#workspace.device,
    );
  }

  /**
   * Predicts any number of samples. They are moved to the GPU and back batch by batch, through two buffers that
   * are kept for the next call. Concurrent calls take turns. For no samples the result is an empty array.
   *
   * @param samples numbers: one array row by row, an array of samples, or a source of them; or images, whose
   *   pixels become byte / 255. Do not change them before the promise is settled.
   * @param options the form of the answers; whether to standardise the samples, see `normalize`
   * @returns [count, outputs] row by row, or classes [count]
   * @throws ShapeError, DataError, OptionError if the model does not take the samples, its outputs do not have that
   *   form, the inputs were given to {@link create}, or no weights were set; DeviceLostError
   */
  async predict<As extends AnswerForm = 'output'>(
    samples: NumberSamples | Images,
    options: PredictOptions<As> = {},
  ): Promise<Answer<As>> {
    const { lifetime } = this.#workspace;
    // The weights are those at the call.
    return lifetime.run(() =>
      this.#held.activity.read(async () => {
        const { Batches, predictAll } = await import('./later.ts');
        this.#batches ??= new Batches(this.#workspace, this);
        return predictAll(this.#batches, samples, options, {
          model: this.model,
          outputs: this.#outputs,
          asked: this.#asked,
          scale: this.#scale,
          encode: (encoder, input, output, normalize) =>
            this.encode(encoder, input, output, { normalize }),
        });
      }),
    );
  }

  /**
   * Ends the inference: what it is doing rejects with a DestroyedError at once, and so does every later call. Its
   * memory is freed when the GPU is done with it; the parameters too, unless they are a trainer's. A second call
   * does nothing.
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
