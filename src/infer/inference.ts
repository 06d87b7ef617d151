import { checkChoice, checkInteger, checkKeys, describe, isNumbers, looksLike } from '../check.ts';
import { type GivenTensor, sourceOf } from '../data/given.ts';
import { DestroyedError, OptionError, ShapeError } from '../errors.ts';
import { fuseForward } from '../fusion/layers.ts';
import { checkEncoder, checkEngine, type Engine } from '../gpu/engine.ts';
import { FAMILIES, familyOf, isSoftware, type KernelFamily } from '../gpu/family.ts';
import { checkGiven, type GivenBuffer } from '../gpu/given.ts';
import { Lifetime } from '../gpu/lifetime.ts';
import { Workspace } from '../gpu/workspace.ts';
import { Arena, type BoundDispatch, type Compiled, encode, readBuffer } from '../graph/executor.ts';
import { Graph } from '../graph/graph.ts';
import type { Plan } from '../graph/plan.ts';
import { planGraph } from '../graph/planner.ts';
import { ParameterStore } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { Sequential } from '../nn/layers.ts';
import { fits, type State, writeState } from '../nn/state.ts';
import { type FeatureSource, features } from '../ops/features.ts';
import { PACKED, pack } from '../ops/pack.ts';
import { isParameter } from '../ops/sources.ts';

/** What an inference computes. */
export interface InferenceOptions {
  readonly model: Sequential;
  /** Samples that are computed at a time. */
  readonly batch: number;
  /** Inputs that are the same buffer or function each time. Default: a buffer with each call. */
  readonly input?: GivenTensor;
  /** Parameters by PyTorch's names; all of the model's. {@link Inference.load} sets them later. */
  readonly weights?: State;
  /** Which kernels; default what suits the adapter. */
  readonly family?: KernelFamily;
}

/** Parameters of somebody else's. */
export interface Shared {
  readonly store: ParameterStore;
  /** With which the inference ends. */
  readonly owner: Lifetime;
  /** Does work that takes more than one submit while the parameters stay as they are. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Bind groups for a pair of buffers, by the offsets. */
type Bound = Map<string, BoundDispatch[]>;

/** The program's name for the inputs. */
const INPUT = 'input';

/**
 * A model's way forward on the GPU, without dropout, from a buffer of the caller's to another: two to four
 * dispatches, no copy, nothing submitted.
 *
 * @example
 * const inference = await Inference.create(engine, { model, batch: 64, weights });
 * const encoder = device.createCommandEncoder();
 * inference.encode(encoder, input, output); // f32 [64, inputs] → f32 [64, outputs]
 * device.queue.submit([encoder.finish()]);
 */
export class Inference {
  readonly model: Sequential;
  /** Samples that are computed at a time. */
  readonly batch: number;
  readonly #workspace: Workspace;
  readonly #store: ParameterStore;
  readonly #shared: Shared | undefined;
  readonly #arena: Arena;
  readonly #indices: GPUBuffer;
  readonly #named: Record<string, GPUBuffer | GPUBufferBinding>;
  /** Whether inputs come with each call. */
  readonly #asked: boolean;
  #kernels: readonly Compiled[] = [];
  #bound = new WeakMap<GPUBuffer, WeakMap<GPUBuffer, Bound>>();
  readonly #plan: Plan;

  private constructor(workspace: Workspace, options: InferenceOptions, shared?: Shared) {
    const { model, batch, input } = options;
    const family = familyOf(workspace.families, options.family ?? workspace.family);
    const { device, buffers, tunings } = workspace;
    const columns = sizeOf(model.inputShape);
    const graph = new Graph();
    let source: FeatureSource = { kind: 'values', name: INPUT };
    let named: Record<string, GPUBufferBinding> = {};
    if (input !== undefined) [source, named] = sourceOf(INPUT, input, 4 * batch * columns, device);
    const samples = features(graph, [batch, ...model.inputShape], source);
    const result = pack(model.build(samples, false));

    this.model = model;
    this.batch = batch;
    this.#workspace = workspace;
    this.#asked = input === undefined;
    this.#shared = shared;
    this.#store =
      shared?.store ?? new ParameterStore(workspace, graph.nodes.filter(isParameter), 0);
    const rows = Uint32Array.from({ length: Math.ceil(batch / 4) * 4 }, (_, row) =>
      Math.min(row, batch - 1),
    );
    this.#indices = buffers.allocate('rows', rows.byteLength, GPUBufferUsage.STORAGE, rows);
    // Until buffers are given the indices stand for them: kernels are compiled for sizes alone.
    const blank = (bytes: number) => ({ buffer: this.#indices, size: bytes });
    this.#named = {
      indices: this.#indices,
      [INPUT]: blank(4 * batch * columns),
      [PACKED]: blank(4 * batch * model.outputs),
      ...named,
    };
    const plan = planGraph([result], {
      kind: 'fused',
      rules: [fuseForward],
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
   * @param shared parameters of somebody else's, who destroys them: a trainer's, as they are at each time
   * @throws OptionError for a batch that is none, inputs that do not fit, weights that are not the model's;
   *   ShapeError, MemoryError, ShaderError, DeviceLostError; DestroyedError if the engine, or who the
   *   parameters belong to, is destroyed meanwhile
   */
  static async create(
    engine: Engine,
    options: InferenceOptions,
    shared?: Shared,
  ): Promise<Inference> {
    checkEngine('Inference.create()', engine);
    checkKeys('Inference.create()', options, ['model', 'batch', 'input', 'weights', 'family']);
    const { batch, weights, model, family } = options;
    if (!(model instanceof Sequential)) {
      throw new OptionError(`model: ${describe(model)} was given; it is a new Sequential(…)`);
    }
    checkInteger('batch', batch, 1);
    if (family !== undefined) checkChoice('family', family, FAMILIES);
    if (weights !== undefined && !looksLike(weights, { has: 'function', get: 'function' })) {
      throw new OptionError(
        `weights: ${describe(weights)} was given; they are a Map of arrays by name, as readWeights() gives them`,
      );
    }
    const missing = weights && model.named.find(([name]) => !weights.has(name));
    if (missing) {
      throw new OptionError(
        `the weights lack ${missing[0]}; the model has ${model.named.map(([name]) => name).join(', ')}${fits(model, weights)}`,
      );
    }
    let made: Inference | undefined;
    const owner = shared?.owner ?? engine.lifetime;
    const free = (): void => {
      if (made) made.#free();
    };
    const lifetime = new Lifetime(engine.nameOf('inference'), free, owner);
    const workspace = new Workspace(engine, lifetime);
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
        // On a lost device compiling succeeds.
        workspace.assertAlive();
        return inference;
      });
    } catch (error) {
      lifetime.end();
      if (!(error instanceof DestroyedError)) await engine.blameLoss(error);
      throw error;
    }
  }

  /**
   * Sets parameters, as PyTorch has them: weights [out, in].
   *
   * @throws OptionError for a name that the model has not; ShapeError for a wrong number of values.
   */
  load(weights: State): void {
    this.#workspace.assertAlive();
    writeState(this.#store, this.model, weights);
  }

  /** The plan as a table. */
  explain(): string {
    return this.#plan.explain();
  }

  /**
   * Puts the way forward into an encoder of the caller's, who submits it. The buffers are read and written
   * when that is done, and stay the caller's.
   *
   * @param input f32 [batch, inputs], row by row; null where the inputs were given to {@link create}
   * @param output f32 [batch, outputs], row by row
   * @throws OptionError for buffers without STORAGE, too small, at an offset that cannot be bound, or that
   *   overlap; DeviceLostError
   */
  encode(encoder: GPUCommandEncoder, input: GivenBuffer | null, output: GivenBuffer): void {
    this.#workspace.assertAlive();
    checkEncoder(encoder);
    const pass = encoder.beginComputePass({ label: 'inference' });
    encode(pass, this.#bind(this.#checked(input), this.#written(output)));
    pass.end();
  }

  #checked(input: GivenBuffer | null): GPUBufferBinding | undefined {
    if (this.#asked === (input === null || input === undefined)) {
      throw new OptionError(
        this.#asked
          ? `input ${input} was given; this inference was made without inputs: give a buffer of f32 [batch, inputs]`
          : 'an input buffer was given; this inference was made with its inputs: give null',
      );
    }
    const bytes = 4 * this.batch * sizeOf(this.model.inputShape);
    return input ? checkGiven(INPUT, input, bytes, this.#workspace.device) : undefined;
  }

  #written(output: GivenBuffer): GPUBufferBinding {
    return checkGiven(
      'output',
      output,
      4 * this.batch * this.model.outputs,
      this.#workspace.device,
    );
  }

  /** Bind groups are made once for a pair of buffers. */
  #bind(input: GPUBufferBinding | undefined, output: GPUBufferBinding): BoundDispatch[] {
    const from = input?.buffer ?? this.#indices;
    if (from === output.buffer) {
      throw new OptionError('input and output are one buffer, which WebGPU does not bind twice');
    }
    const outputs = this.#bound.get(from) ?? new WeakMap<GPUBuffer, Bound>();
    this.#bound.set(from, outputs);
    const offsets: Bound = outputs.get(output.buffer) ?? new Map();
    outputs.set(output.buffer, offsets);
    const key = `${input?.offset} ${output.offset}`;
    let bound = offsets.get(key);
    if (!bound) {
      if (input) this.#named[INPUT] = input;
      this.#named[PACKED] = output;
      bound = this.#arena.bound(this.#kernels);
      offsets.set(key, bound);
    }
    return bound;
  }

  /**
   * The outputs for numbers in memory, any number of samples: brought to the GPU and back batch by batch.
   *
   * @param given [count, inputs], row by row
   * @returns [count, outputs], row by row
   * @throws ShapeError where values are no whole samples; OptionError where the inputs were given to
   *   {@link create}; DeviceLostError
   */
  async predict(given: ArrayLike<number>): Promise<Float32Array> {
    if (!isNumbers(given)) {
      throw new OptionError(
        `predict(): ${describe(given)} was given; use a Float32Array of [count, inputs], row by row`,
      );
    }
    const values = given instanceof Float32Array ? given : Float32Array.from(given);
    const work = (): Promise<Float32Array> => this.#predict(values);
    const { lifetime } = this.#workspace;
    return lifetime.run(() => (this.#shared ? this.#shared.during(work) : work()));
  }

  async #predict(values: Float32Array): Promise<Float32Array> {
    const columns = sizeOf(this.model.inputShape);
    const { outputs } = this.model;
    const count = values.length / columns;
    if (!Number.isInteger(count)) {
      throw new ShapeError(
        `${values.length} values were given; samples of this model have ${columns} each`,
      );
    }
    const { buffers, device } = this.#workspace;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const input = buffers.allocate('input', 4 * this.batch * columns, usage);
    const output = buffers.allocate('output', 4 * this.batch * outputs, usage);
    const result = new Float32Array(count * outputs);
    try {
      await buffers.settle();
      for (let first = 0; first < count; first += this.batch) {
        const rows = Math.min(this.batch, count - first);
        const part = values.slice(first * columns, (first + rows) * columns);
        this.#workspace.assertAlive();
        device.queue.writeBuffer(input, 0, part);
        const encoder = device.createCommandEncoder();
        this.encode(encoder, input, output);
        const taken = this.#workspace.submit(encoder);
        const bytes = await readBuffer(this.#workspace, output, 4 * rows * outputs);
        await taken;
        result.set(new Float32Array(bytes), first * outputs);
      }
    } finally {
      buffers.free(input);
      buffers.free(output);
    }
    return result;
  }

  /**
   * Ends what this inference is doing: it rejects with a DestroyedError at once, and so does every later
   * call. What it made is freed when the GPU is done with it; the parameters too, unless they are a
   * trainer's. A second call does nothing.
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
    this.#workspace.buffers.free(this.#indices);
    if (!this.#shared) this.#store.destroy();
    this.#bound = new WeakMap();
  }
}
