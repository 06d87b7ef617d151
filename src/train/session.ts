import { isStreamed } from '../data/place.ts';
import { ResidentSplit } from '../data/resident.ts';
import { OptionError } from '../errors.ts';
import { type Family, loadFamily, loadMixed } from '../fusion/index.ts';
import type { MixedProducts, mixedWith } from '../fusion/mixed/index.ts';
import { familyOf, type KernelFamily, type OldKernelFamily } from '../gpu/family.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { waitFor } from '../gpu/wait.ts';
import { type BoundDispatch, encode } from '../graph/executor.ts';
import type { ExplainOptions } from '../graph/explain.ts';
import { Graph, type Node } from '../graph/graph.ts';
import type { Dispatch } from '../graph/op.ts';
import type { Plan } from '../graph/plan.ts';
import type { ParameterStore } from '../graph/store.ts';
import { CONFUSION } from '../ops/classify.ts';
import { isInput } from '../ops/sources.ts';
import { Chunks } from './chunks.ts';
import { clockBefore } from './clock.ts';
import type { Feed } from './feed.ts';
import { Program } from './program.ts';
import { clockAt, type SessionBuffers, sessionBuffers } from './session-buffers.ts';
import type { Pace, Precision, SessionGraph, SessionOptions } from './session-options.ts';
import { tickOf } from './tick.ts';
import { type Origin, Timetable } from './timetable.ts';

/** What a session needs of the files that are loaded later. */
interface Loaded {
  readonly main: Family;
  readonly first: Family | undefined;
  readonly feed: typeof Feed | undefined;
  readonly mixed: typeof mixedWith | undefined;
}

async function loadFor(gpu: Gpu, options: SessionOptions): Promise<Loaded> {
  const { plan, start, family = gpu.family, split } = options;
  const load = (asked: KernelFamily | OldKernelFamily): Promise<Family> =>
    loadFamily(plan, familyOf(gpu.families, asked));
  const [main, first] = await Promise.all([
    load(family),
    start && start.steps > 0 ? load(start.family) : undefined,
  ]);
  const mixed = options.precision === 'mixed' ? await loadMixed() : undefined;
  if (!isStreamed(split)) return { main, first, feed: undefined, mixed };
  const { Feed } = await import('./later.ts');
  return { main, first, feed: Feed, mixed };
}

/**
 * A graph that is planned, compiled and bound to a data set. Everything that a step needs is on the GPU;
 * {@link encode} only records dispatches.
 */
export class Session {
  readonly graph: SessionGraph;
  readonly store: ParameterStore;
  readonly gpu: Gpu;
  readonly options: SessionOptions;
  readonly buffers: SessionBuffers;
  readonly #main: Program;
  /** Does the first steps of a warm start. */
  readonly #starter: Program | undefined;
  /** Settled when the main program is compiled, after the starter's first steps. */
  #mainReady: Promise<void> | undefined;
  /** Of a streamed data set. */
  readonly #feed: Feed | undefined;
  /** If mixed precision was asked for. */
  readonly #mixed: MixedProducts | undefined;
  /** The next step to be encoded. */
  #at = 0;
  /** The step of the last {@link seek}. */
  #sought = 0;
  /** Number of calls of `take`. */
  #taken = 0;
  /** The size of chunks. */
  readonly chunks = new Chunks();
  #timetable: Timetable;
  /** The optimizer's learning rate. A change takes effect with {@link seek}, or by `setRate`. */
  rate: number;

  private constructor(engine: Gpu, options: SessionOptions, { main, first, feed, mixed }: Loaded) {
    this.gpu = engine;
    this.options = options;
    const graph = new Graph();
    this.graph = options.build(graph);
    this.store = typeof options.store === 'function' ? options.store(graph) : options.store;
    this.buffers = sessionBuffers(engine, options);
    this.#timetable = new Timetable(this.#whole, options.batch);
    const { split, batch, order, rule, schedule, every } = options;
    this.rate = rule?.learningRate ?? 0;
    if (isStreamed(split)) {
      this.#feed = feed && new feed(engine, split, { ...options, samples: this.#samples });
    }
    const sources = isStreamed(split) ? this.#feed?.named : split.named;
    const tick = { batch, order, stagedSteps: this.#feed?.steps, rule, schedule, every };
    this.#mixed = mixed?.(engine, main.kernels, { ...options, ...this.graph });
    const staging = this.#mixed?.obstacle ? undefined : this.#mixed?.staging;
    const program = (family: Family, quick: boolean): Program =>
      new Program(engine, this.graph, {
        plan: options.plan,
        family,
        quick,
        apart: this.store.lends,
        resources: {
          external: (reference) =>
            reference.kind === 'tensor' && isInput(reference.node)
              ? undefined
              : this.store.resolve(reference),
          named: { ...this.buffers, ...sources },
        },
        tick: tickOf(this.graph, tick),
        ...(staging && !quick ? { staging } : {}),
      });
    this.#main = program(main, options.quick ?? false);
    this.#starter = first && program(first, true);
  }

  /**
   * Plans, allocates and compiles all kernels at once. With a warm start it is done when the first steps can be
   * taken.
   *
   * @throws ShaderError, MemoryError, ShapeError, OptionError
   */
  static async create(engine: Gpu, options: SessionOptions): Promise<Session> {
    const loaded = await loadFor(engine, options);
    engine.assertAlive();
    const session = engine.buffers.allOrNone(() => new Session(engine, options, loaded));
    try {
      const compiled = session.#starter ? session.#starter.compile() : session.#compileMain();
      // If the upload throws, nobody waits for it.
      compiled.catch(() => {});
      // Uploads while kernels compile, because the GPU process handles requests in order.
      if (options.split instanceof ResidentSplit) options.split.upload();
      await compiled;
      await engine.buffers.settle();
      // Compiling succeeds even on a lost device.
      engine.assertAlive();
      return session;
    } catch (error) {
      session.destroy();
      // A given store belongs to the caller.
      if (typeof options.store === 'function') session.store.destroy();
      await engine.blameLoss(error);
      throw error;
    }
  }

  async #compileMain(pace: Pace | undefined = this.options.pace): Promise<void> {
    const { tuneBudget = 0, plan } = this.options;
    if (tuneBudget > 0 && plan === 'fused') await this.#main.tune(tuneBudget);
    if (await this.#mixed?.check()) this.#main.replan();
    await this.#main.compile(pace);
  }

  /** The program for a step. */
  #programAt(step: number): Program {
    const { start } = this.options;
    return this.#starter && start && step < start.steps ? this.#starter : this.#main;
  }

  /** The plan of the session's own kernels. */
  get plan(): Plan {
    return this.#main.plan;
  }

  /** See {@link Program.explain}. */
  explain(options: ExplainOptions): string {
    const plan = this.#main.explain(options);
    return this.#mixed ? `${plan}\n${this.#mixed.text}` : plan;
  }

  /** That of the session's own kernels. */
  get precision(): Precision {
    return this.#mixed?.products.length ? 'mixed' : 'full';
  }

  /** Samples of an epoch; a listed order is one epoch of full batches. */
  get #samples(): number {
    const { order, split } = this.options;
    return order.kind === 'listed' ? order.indices.length : split.count;
  }

  /** Epochs of all samples, from the first step on. */
  get #whole(): Origin {
    // An empty live set is not trained yet.
    return { step: 0, epoch: 0, samples: Math.max(1, this.#samples) };
  }

  /** Whether the data are a live set. */
  get live(): boolean {
    const { split } = this.options;
    return 'live' in split && split.live;
  }

  /**
   * If an epoch begins, lets it cover all samples that a live set has now.
   *
   * @throws OptionError if it has none
   */
  catchUp(): void {
    if (!this.live) return;
    if (this.#samples === 0) {
      throw new OptionError('the live set has no samples; push() some before training');
    }
    const { origin } = this.#timetable;
    if (this.#timetable.placeOf(this.#at) !== 0 || origin.samples === this.#samples) return;
    this.begin(this.#at, this.#timetable.epochOf(this.#at));
  }

  /** Whether no step was taken since {@link seek}. */
  get untouched(): boolean {
    return this.#at === this.#sought;
  }

  /** Most samples of an epoch. */
  get mostSamples(): number {
    const { order, split } = this.options;
    return order.kind !== 'listed' && 'capacity' in split ? split.capacity : this.#samples;
  }

  /** Steps per epoch. */
  get stepsPerEpoch(): number {
    return this.#timetable.batches;
  }

  /** Which steps make up which epoch. */
  get timetable(): Timetable {
    return this.#timetable;
  }

  /** Dispatches per step of the session's own kernels. */
  get dispatchesPerStep(): number {
    return this.#main.dispatches.length;
  }

  /** Begins an epoch at a step, with all samples that the split has now. */
  begin(step: number, epoch: number): void {
    this.seek(step, { ...this.#whole, step, epoch });
  }

  /**
   * Sets the clock to a number of steps done, and prepares the next batch.
   *
   * @param origin where epochs begin, and how long they are; default unchanged, and in evaluation all samples
   *   that the split has now
   */
  seek(step: number, origin = this.options.rule ? this.#timetable.origin : this.#whole): void {
    const { key, batch, rule } = this.options;
    const { rate } = this;
    this.#timetable = new Timetable(origin, batch);
    const { samples } = origin;
    const bytes = clockBefore({
      key,
      step,
      samples,
      batch,
      origin,
      ...(rule ? { rule, rate } : {}),
    });
    this.#feed?.seek(step, origin);
    this.#at = this.#sought = step;
    const { buffer, offset } = this.buffers.clock;
    this.gpu.device.queue.writeBuffer(buffer, offset, bytes);
    void this.runOutside((this.#starter ?? this.#main).tick);
  }

  /** Compiles a dispatch that is not of the plan. */
  bind(dispatches: readonly Dispatch[]): Promise<readonly BoundDispatch[]> {
    return this.#main.arena.bind(dispatches, { unroll: this.options.plan === 'fused' });
  }

  /** Runs dispatches outside of steps. */
  runOutside(dispatches: readonly BoundDispatch[]): Promise<void> {
    const encoder = this.gpu.device.createCommandEncoder();
    const { classes } = this.options;
    if (classes) encoder.clearBuffer(this.buffers[CONFUSION].buffer);
    const pass = encoder.beginComputePass();
    encode(pass, dispatches);
    pass.end();
    return this.gpu.submit(encoder);
  }

  /**
   * Continues after the last step that the GPU has done, in case WebGPU refused some steps.
   *
   * @returns the steps done
   */
  async resync(): Promise<number> {
    const [step] = new Uint32Array(await clockAt(this, 'step'));
    this.#feed?.seek(step, this.#timetable.origin);
    this.#at = step;
    return step;
  }

  /**
   * Most steps that can be encoded for one submit. It is only limited if samples are streamed or the kernels
   * change.
   */
  get mostSteps(): number {
    const { start } = this.options;
    const left =
      this.#programAt(this.#at) === this.#starter && start ? start.steps - this.#at : Infinity;
    const { batches } = this.#timetable;
    // The next epoch of a live set may be longer.
    const ofEpoch = this.live ? batches - this.#timetable.placeOf(this.#at) : Infinity;
    return Math.min(this.#feed?.steps ?? Infinity, left, ofEpoch);
  }

  /**
   * A promise to wait for before the next steps are encoded: kernels that are not compiled yet, and the samples
   * of a streamed data set, which go into the same encoder. Undefined if there is nothing to wait for.
   */
  stage(encoder: GPUCommandEncoder, steps: number): Promise<void> | undefined {
    const waits = this.#programAt(this.#at).step.length === 0;
    const compiling = waits ? (this.#mainReady ?? this.#startMain()) : undefined;
    const staging = this.#feed?.stage(encoder, steps);
    return compiling ? Promise.all([compiling, staging]).then(() => {}) : staging;
  }

  /** Whether the next steps can be encoded without waiting; {@link stage} is not needed then. */
  get ready(): boolean {
    return !this.#feed && this.#programAt(this.#at).step.length > 0;
  }

  /** Records steps into an encoder as one pass; see {@link stage} and {@link mostSteps}. */
  encode(encoder: GPUCommandEncoder, steps: number, descriptor?: GPUComputePassDescriptor): void {
    const step = this.take(steps);
    const pass = encoder.beginComputePass(descriptor);
    for (let i = 0; i < steps; i++) encode(pass, step);
    pass.end();
  }

  /**
   * The dispatches of the next steps, for a caller that encodes them itself. They count as done. See {@link stage}
   * and {@link mostSteps}.
   */
  take(steps: number): readonly BoundDispatch[] {
    const { step } = this.#programAt(this.#at);
    this.#at += steps;
    const { start } = this.options;
    const ends = start !== undefined && Number.isFinite(start.steps);
    if (this.#starter && ends && !this.#mainReady && this.#taken++ > 0) {
      // After the first steps are done and read, because compiling occupies the GPU process too.
      const { queue } = this.gpu.device;
      const done = Promise.resolve().then(() => queue.onSubmittedWorkDone());
      this.#startMain(waitFor(this.gpu, done));
    }
    return step;
  }

  #startMain(after: Promise<unknown> = Promise.resolve()): Promise<void> {
    const ready = after.then(() => this.#compileMain(() => {}));
    // The first step of the main program reports the error.
    ready.catch(() => {});
    this.#mainReady = ready;
    return ready;
  }

  /** Reads a kept tensor's storage after the last encoded step. */
  read(node: Node): Promise<Float32Array> {
    return this.#programAt(Math.max(0, this.#at - 1)).arena.read(node);
  }

  /** The buffer of a kept tensor of the session's own kernels, in the layout of {@link storageOf}. */
  locate(node: Node): GPUBufferBinding {
    return this.#main.arena.resolve({ kind: 'tensor', node });
  }

  /** Frees everything but the parameters. */
  destroy(): void {
    this.#main.destroy();
    this.#starter?.destroy();
    this.#feed?.destroy();
    const own = new Set(Object.values(this.buffers).map(({ buffer }) => buffer));
    for (const buffer of own) this.gpu.buffers.free(buffer);
  }
}
