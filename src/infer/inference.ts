import { checkChoice, checkFlag, checkInteger, checkKeys, describe, isObject } from '../check.ts';
import type { Images } from '../data/dataset.ts';
import { type GivenTensor, sourceOf } from '../data/given.ts';
import {
  type ColumnScale,
  checkColumnScale,
  checkPixelScale,
  isColumnScale,
  type Normalization,
} from '../data/standardise.ts';
import { DestroyedError, MemoryError, OptionError } from '../errors.ts';
import { fuseElements } from '../fusion/elements.ts';
import { abortable } from '../gpu/abortable.ts';
import { Activity } from '../gpu/activity.ts';
import { BufferUsage } from '../gpu/constants.ts';
import { checkEncoder, checkEngine, type Engine } from '../gpu/engine.ts';
import { FAMILIES, familyOf, isSoftware, type KernelFamily } from '../gpu/family.ts';
import { checkGiven, type GivenBuffer } from '../gpu/given.ts';
import { Lifetime } from '../gpu/lifetime.ts';
import { Workspace } from '../gpu/workspace.ts';
import { Arena, type BoundDispatch, type Compiled, encode, readBuffer } from '../graph/executor.ts';
import { type ExplainOptions, explain } from '../graph/explain.ts';
import { Graph } from '../graph/graph.ts';
import type { Plan } from '../graph/plan.ts';
import { planGraph } from '../graph/planner.ts';
import { ParameterStore } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { checkLoss, type LossKind, type TargetKind } from '../nn/losses.ts';
import { buildModel, checkModel, type Model } from '../nn/model.ts';
import { checkState, fits, type State, writeState } from '../nn/state.ts';
import {
  blender,
  type CopyOptions,
  checkCopy,
  copyParameters,
  type ParameterHolder,
} from '../ops/blend.ts';
import { type FeatureSource, features } from '../ops/features.ts';
import type { Loss } from '../ops/loss.ts';
import { PACKED, pack } from '../ops/pack.ts';
import { isParameter } from '../ops/sources.ts';
import { type Standard, standardWords } from '../ops/standard.ts';
import {
  type Answer,
  type AnswerForm,
  answersFor,
  answersOf,
  checkPredict,
  type Outputs,
  type PredictOptions,
} from './answers.ts';
import { type FloatSamples, floatsOf, type NumberSamples } from './samples.ts';

/** The model of an inference, and how it computes. */
export interface InferenceOptions {
  readonly model: Model;
  /** Samples per call of `encode`. */
  readonly batch: number;
  /** Inputs that are the same buffer or function for each call. Default: a buffer with each call. */
  readonly input?: GivenTensor;
  /** All parameters of the model, by PyTorch's names. {@link Inference.load} sets them later. */
  readonly weights?: State;
  /**
   * How to standardise the inputs, as the trainer's option: `[mean, deviation]` of all numbers, or a mean and a
   * deviation of each column. Default null: they stay as they are. A trainer's inference uses the trainer's;
   * pixels are numbers from 0 to 1 here, byte / 255. `predict` standardises numbers in float64, before they are
   * rounded; `encode` in float32, when they are loaded.
   */
  readonly normalize?: Normalization | null;
  /** The loss that the weights were trained with; probabilities need a loss of logits. Default unknown. */
  readonly loss?: Loss | LossKind;
  /** The family of kernels. Default: the one that suits the adapter. */
  readonly family?: KernelFamily;
  /** Ends the creation: it rejects with the signal's reason, and what was made is destroyed. Default none. */
  readonly signal?: AbortSignal;
}

const KEYS: Readonly<Record<keyof InferenceOptions, true>> = {
  model: true,
  batch: true,
  input: true,
  weights: true,
  normalize: true,
  loss: true,
  family: true,
  signal: true,
};

/** Parameters of a trainer. */
export interface Shared {
  readonly store: ParameterStore;
  /** What the outputs learn. */
  readonly target: TargetKind;
  /** The inference ends with it. */
  readonly owner: Lifetime;
  /** The trainer's activity, which may exclude a change of its parameters. */
  readonly activity: Activity;
  /** Called before its parameters change. */
  readonly changes: () => void;
}

/** The standardisation of each column. */
const standardOf =
  (scale: Normalization) =>
  (column: number): Standard =>
    isColumnScale(scale)
      ? { mean: scale.mean[column], deviation: scale.deviation[column] }
      : { mean: scale[0], deviation: scale[1] };

/** Bind groups for a pair of buffers, by the offsets. */
type Bound = Map<string, BoundDispatch[]>;

/** The program's names of the inputs, and of the numbers that standardise them. */
const INPUT = 'input';
const STANDARD = 'standard';

/** Means and deviations on the GPU, and neutral ones for inputs that are standardised already. */
interface Standards {
  readonly own: GPUBuffer;
  readonly none: GPUBuffer;
}

/** How {@link Inference.encode} takes the inputs. */
export interface EncodeOptions {
  /** `false`: do not standardise the inputs. Default as in {@link InferenceOptions}. */
  readonly normalize?: boolean;
}

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
  readonly #store: ParameterStore;
  readonly #shared: Shared | undefined;
  readonly #activity: Activity;
  readonly #arena: Arena;
  readonly #indices: GPUBuffer;
  readonly #standards: Standards | undefined;
  /** What `predict` standardises with on the CPU, in float64. */
  readonly #scale: ColumnScale | undefined;
  readonly #outputs: Outputs;
  readonly #named: Record<string, GPUBuffer | GPUBufferBinding>;
  /** Whether inputs are given with each call. */
  readonly #asked: boolean;
  #kernels: readonly Compiled[] = [];
  #bound = new WeakMap<GPUBuffer, WeakMap<GPUBuffer, Bound>>();
  readonly #plan: Plan;
  /** The buffers of `predict`, after its first call. */
  #staged: { readonly input: GPUBuffer; readonly output: GPUBuffer } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(workspace: Workspace, options: InferenceOptions, shared?: Shared) {
    const { model, batch, input, normalize = null, loss } = options;
    const family = familyOf(workspace.families, options.family ?? workspace.family);
    const { device, buffers, tunings } = workspace;
    const columns = sizeOf(model.inputShape);
    const graph = new Graph();
    let source: FeatureSource = { kind: 'values', name: INPUT };
    let named: Record<string, GPUBufferBinding> = {};
    if (input !== undefined) [source, named] = sourceOf(INPUT, input, 4 * batch * columns, device);
    const shape = [batch, ...model.inputShape];
    const samples = features(graph, shape, source, normalize ? STANDARD : undefined);
    const result = pack(buildModel(model, samples, false));

    this.model = model;
    this.batch = batch;
    this.#workspace = workspace;
    this.#asked = input === undefined;
    this.#shared = shared;
    this.#activity = shared?.activity ?? new Activity(workspace.lifetime.name);
    this.#store =
      shared?.store ?? new ParameterStore(workspace, graph.nodes.filter(isParameter), []);
    const most = device.limits.maxStorageBufferBindingSize;
    if (4 * batch * Math.max(columns, model.outputShape[0]) > most) {
      throw new MemoryError(
        `a batch of ${batch} samples passes the ${most} bytes that this device binds. Use a smaller batch`,
      );
    }
    const rows = Uint32Array.from({ length: Math.ceil(batch / 4) * 4 }, (_, row) =>
      Math.min(row, batch - 1),
    );
    this.#indices = buffers.allocate('rows', rows.byteLength, BufferUsage.STORAGE, rows);
    this.#outputs = { width: model.outputShape[0], loss, target: shared?.target };
    const standard = (of: (column: number) => Standard): GPUBuffer => {
      const words = standardWords(shape, of);
      return buffers.allocate(STANDARD, words.byteLength, BufferUsage.STORAGE, words);
    };
    this.#scale = isColumnScale(normalize) ? normalize : undefined;
    this.#standards = normalize
      ? { own: standard(standardOf(normalize)), none: standard(() => ({ mean: 0, deviation: 1 })) }
      : undefined;
    // A placeholder until buffers are given: kernels only need their sizes.
    const blank = (bytes: number) => ({ buffer: this.#indices, size: bytes });
    this.#named = {
      indices: this.#indices,
      [INPUT]: blank(4 * batch * columns),
      [PACKED]: blank(4 * batch * model.outputShape[0]),
      ...(this.#standards ? { [STANDARD]: this.#standards.own } : {}),
      ...named,
    };
    const plan = planGraph([result], {
      kind: 'fused',
      rules: [fuseElements],
      keep: [],
      maxBufferSize: device.limits.maxBufferSize,
      choice: {
        family,
        dearLoads: isSoftware(device.adapterInfo),
        quick: workspace.quick,
        tuning: new Map(tunings),
      },
    });
    this.#plan = plan;
    this.#arena = new Arena(workspace, plan, {
      external: (ref) => this.#store.resolve(ref),
      named: this.#named,
    });
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
    checkKeys('Inference.create()', options, Object.keys(KEYS));
    const { batch, weights, model, family, loss, normalize } = options;
    checkModel('model', model);
    checkInteger('batch', batch, 1);
    if (loss !== undefined) checkLoss(loss);
    if (normalize !== undefined && normalize !== null) {
      if (isObject(normalize)) checkColumnScale(normalize, sizeOf(model.inputShape));
      else checkPixelScale(normalize);
    }
    if (family !== undefined) checkChoice('family', family, FAMILIES);
    if (weights !== undefined) checkState(weights);
    const missing = weights && model.parameters.find(({ name }) => !weights.has(name));
    if (missing) {
      throw new OptionError(
        `the weights lack ${missing.name}; the model has ${model.parameters.map(({ name }) => name).join(', ')}${fits(model, weights)}`,
      );
    }
    let made: Inference | undefined;
    const owner = shared?.owner ?? engine.lifetime;
    const free = (): void => {
      if (made) made.#free();
    };
    const lifetime = new Lifetime(engine.nameOf('inference'), free, owner);
    const workspace = new Workspace(engine, lifetime);
    onAbort(() => lifetime.end());
    try {
      return await lifetime.run(async () => {
        workspace.assertAlive();
        const inference = workspace.buffers.allOrNone(
          () => new Inference(workspace, options, shared),
        );
        made = inference;
        if (weights) inference.load(weights);
        inference.#kernels = await inference.#arena.compile(inference.#plan.dispatches);
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
   * Sets parameters in PyTorch's layout: weights [out, in].
   *
   * @throws OptionError for a name that the model does not have; ShapeError for a wrong number of values; DataError
   *   for NaN or infinity; BusyError while `predict` reads them, and for a trainer's inference in the middle of an
   *   epoch
   */
  load(weights: State): void {
    this.#workspace.assertAlive();
    this.#change('load()');
    writeState(this.#store, this.model, weights);
  }

  /** @throws BusyError */
  #change(call: string): void {
    this.#activity.assertRests(call);
    this.#activity.assertUnread(call);
    this.#shared?.changes();
  }

  /** @internal */
  get store(): ParameterStore {
    this.#workspace.assertAlive();
    return this.#store;
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
    const own = this.store;
    const copy = checkCopy(this.#workspace, own, other, options);
    await this.#workspace.lifetime.run(async () => {
      const blend = copy.mix < 1 ? await blender(this.#workspace, own, copy) : undefined;
      if (this.#activity.reading()) await this.#activity.quiet();
      this.#change('copyFrom()');
      await (blend ? blend() : copyParameters(this.#workspace, own, copy));
    });
  }

  /**
   * Describes the forward pass as text: a table of its dispatches and the ops that each computes.
   *
   * @param options `{ wgsl: true }` adds the WGSL of each kernel, as it is compiled; `{ wgsl: 2 }` only
   *   that of dispatch 2
   * @throws OptionError if an option is unknown, or no dispatch has the number
   */
  explain(options: ExplainOptions = {}): string {
    return explain(this.#plan, this.#arena, options);
  }

  /**
   * Encodes the forward pass into the caller's encoder. The caller submits it; the buffers are read and written
   * then.
   *
   * @param input f32 [batch, inputs], row by row; null if the inputs were given to {@link create}
   * @param output f32 [batch, outputs], row by row
   * @param options whether to standardise the inputs, if `normalize` was given to {@link create}
   * @throws OptionError if a buffer lacks STORAGE, is too small, has an offset that cannot be bound, or is given
   *   twice; DeviceLostError
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
    const dispatches = this.#bind(this.#checked(input), this.#written(output), normalize);
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
      4 * this.batch * this.model.outputShape[0],
      this.#workspace.device,
    );
  }

  /** Bind groups are created once for each pair of buffers. */
  #bind(
    input: GPUBufferBinding | undefined,
    output: GPUBufferBinding,
    normalize: boolean,
  ): BoundDispatch[] {
    const from = input?.buffer ?? this.#indices;
    if (from === output.buffer) {
      throw new OptionError('input and output are one buffer, which WebGPU does not bind twice');
    }
    const outputs = this.#bound.get(from) ?? new WeakMap<GPUBuffer, Bound>();
    this.#bound.set(from, outputs);
    const offsets: Bound = outputs.get(output.buffer) ?? new Map();
    outputs.set(output.buffer, offsets);
    const key = `${input?.offset} ${output.offset} ${normalize}`;
    let bound = offsets.get(key);
    if (!bound) {
      if (input) this.#named[INPUT] = input;
      this.#named[PACKED] = output;
      if (this.#standards) this.#named[STANDARD] = this.#standards[normalize ? 'own' : 'none'];
      bound = this.#arena.bound(this.#kernels);
      offsets.set(key, bound);
    }
    return bound;
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
   *   form, or the inputs were given to {@link create}; DeviceLostError
   */
  async predict<As extends AnswerForm = 'output'>(
    samples: NumberSamples | Images,
    options: PredictOptions<As> = {},
  ): Promise<Answer<As>> {
    checkPredict(options, this.#outputs);
    const { as, normalize = true } = options;
    const scale = normalize ? this.#scale : undefined;
    const floats = floatsOf(samples, this.model.inputShape, scale);
    if (!this.#asked) {
      throw new OptionError('samples were given; this inference has its inputs: use encode()');
    }
    const run = (): Promise<Float32Array<ArrayBuffer>> =>
      this.#predict(floats, normalize && !floats.ready);
    const turn = (): Promise<Float32Array<ArrayBuffer>> => {
      const mine = this.#last.then(run);
      this.#last = mine.catch(() => {});
      return mine;
    };
    const { lifetime } = this.#workspace;
    const outputs = await lifetime.run(() => this.#activity.read(turn));
    return answersOf(outputs, this.#outputs, as);
  }

  async #predict(
    { count, read }: FloatSamples,
    normalize: boolean,
  ): Promise<Float32Array<ArrayBuffer>> {
    const columns = sizeOf(this.model.inputShape);
    const [outputs] = this.model.outputShape;
    const { device } = this.#workspace;
    const result = answersFor(count, outputs);
    if (count === 0) return result;
    const { input, output } = await this.#buffers();
    for (let first = 0; first < count; first += this.batch) {
      const rows = Math.min(this.batch, count - first);
      const part = new Float32Array(rows * columns);
      await this.#workspace.lifetime.until(read(first, part));
      this.#workspace.assertAlive();
      device.queue.writeBuffer(input, 0, part);
      const encoder = device.createCommandEncoder();
      this.encode(encoder, input, output, { normalize });
      const taken = this.#workspace.submit(encoder);
      const bytes = await readBuffer(this.#workspace, output, 4 * rows * outputs);
      await taken;
      result.set(new Float32Array(bytes), first * outputs);
    }
    return result;
  }

  /** @throws MemoryError if there is no memory for a batch; nothing is kept then. */
  async #buffers(): Promise<{ readonly input: GPUBuffer; readonly output: GPUBuffer }> {
    if (this.#staged) return this.#staged;
    const { buffers } = this.#workspace;
    const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
    const { inputShape, outputShape } = this.model;
    const staged = buffers.allOrNone(() => ({
      input: buffers.allocate('input', 4 * this.batch * sizeOf(inputShape), usage),
      output: buffers.allocate('output', 4 * this.batch * outputShape[0], usage),
    }));
    try {
      await buffers.settle();
    } catch (error) {
      for (const buffer of Object.values(staged)) buffers.free(buffer);
      throw error;
    }
    this.#staged = staged;
    return staged;
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

  #free(): void {
    this.#arena.destroy();
    const kept = [{ indices: this.#indices }, this.#standards ?? {}, this.#staged ?? {}];
    for (const buffer of kept.flatMap((named): GPUBuffer[] => Object.values(named))) {
      this.#workspace.buffers.free(buffer);
    }
    if (!this.#shared) this.#store.destroy();
    this.#bound = new WeakMap();
  }
}
