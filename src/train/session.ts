import type { PlacedSplit } from '../data/place.ts';
import { ResidentSplit } from '../data/resident.ts';
import { StreamedSplit } from '../data/streamed.ts';
import { DataError, OptionError } from '../errors.ts';
import type { PlanKind } from '../fusion/index.ts';
import { BufferUsage } from '../gpu/constants.ts';
import { familyOf, type KernelFamily } from '../gpu/family.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Part } from '../gpu/link.ts';
import { structs } from '../gpu/shaders.gen.ts';
import { waitFor } from '../gpu/wait.ts';
import { type BoundDispatch, encode, readBuffer } from '../graph/executor.ts';
import type { ExplainOptions } from '../graph/explain.ts';
import { Graph, type Node } from '../graph/graph.ts';
import type { Ref } from '../graph/op.ts';
import type { Plan } from '../graph/plan.ts';
import type { ParameterStore } from '../graph/store.ts';
import type { Schedule } from '../nn/schedules/rule.ts';
import { CONFUSION, type Counted } from '../ops/classify.ts';
import { isInput } from '../ops/sources.ts';
import type { OptimizerRule } from '../ops/update.ts';
import { clockBefore } from './clock.ts';
import { Feed } from './feed.ts';
import { findMislabelled } from './mislabelled.ts';
import type { Order } from './order.ts';
import { Pace } from './pace.ts';
import { Program } from './program.ts';
import {
  EPOCH_RING,
  epochRecordAt,
  RECORD_BYTES,
  STEP_RING,
  type Sums,
  stepSumsOf,
  sumsOf,
} from './records.ts';
import { rateDispatch, tickDispatch } from './tick.ts';
import { type Origin, Timetable } from './timetable.ts';

export type { Order } from './order.ts';

/** The results of a session's graph. */
export interface SessionGraph {
  /** All results of a step. */
  readonly targets: readonly Node[];
  readonly rows: Node;
  readonly hits: Node | null;
  /** How the tick reads which rows counted, and with what weight. Default: all, equally. */
  readonly totals?: Part<Ref> | undefined;
  /** Tensors to be read after a step. */
  readonly keep: readonly Node[];
  /** The norm of the gradients, if they are clipped by it. */
  readonly norm?: Node | undefined;
}

/**
 * Kernels that compile fast, for the first steps of a run. The number of these steps is fixed, so such a run is
 * as reproducible as any other. Its bits differ from those of a run without them, as between two families.
 */
export interface WarmStart {
  /** Which kernels to begin with; `portable` compiles fastest. */
  readonly family: KernelFamily;
  /**
   * Steps until the session's own kernels take over; training waits for them if they are not ready.
   * Infinity: they never take over, and are not compiled.
   */
  readonly steps: number;
}

export interface SessionOptions {
  readonly plan: PlanKind;
  readonly build: (graph: Graph) => SessionGraph;
  readonly store: ParameterStore | ((graph: Graph) => ParameterStore);
  /** Default the engine's. */
  readonly family?: KernelFamily;
  /** Other kernels for the first steps, while those of `family` compile. Default none. */
  readonly start?: WarmStart;
  /** Milliseconds for timing kernels against each other first. Default 0: none are timed. */
  readonly tuneBudget?: number;
  readonly split: PlacedSplit;
  readonly batch: number;
  readonly key: readonly [number, number];
  readonly order: Order;
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule;
  /** Of the learning rate. Default none. */
  readonly schedule?: Schedule | undefined;
  /** Classes of the confusion matrix; absent without one. */
  readonly classes?: number;
}

/** Offsets in the clock. */
const AT = structs.Clock.members;

/**
 * A graph that is planned, compiled and bound to a data set. Everything that a step needs is on the GPU;
 * {@link encode} only records dispatches.
 */
export class Session {
  readonly graph: SessionGraph;
  readonly store: ParameterStore;
  readonly #engine: Gpu;
  readonly #options: SessionOptions;
  readonly #buffers: Readonly<Record<string, GPUBuffer>>;
  readonly #main: Program;
  /** Does the first steps of a warm start. */
  readonly #starter: Program | undefined;
  /** Settled when the main program is compiled, after the starter's first steps. */
  #mainReady: Promise<void> | undefined;
  /** Of a streamed data set. */
  readonly #feed: Feed | undefined;
  /** The next step to be encoded. */
  #at = 0;
  /** The step of the last {@link seek}. */
  #sought = 0;
  /** Number of calls of `take`. */
  #taken = 0;
  /** How long steps take, which determines the size of chunks. */
  readonly pace = new Pace();
  #timetable: Timetable;
  /** The optimizer's learning rate. A change takes effect with {@link seek}, or by {@link setRate}. */
  rate: number;

  private constructor(engine: Gpu, options: SessionOptions) {
    this.#engine = engine;
    this.#options = options;
    const graph = new Graph();
    this.graph = options.build(graph);
    this.store = typeof options.store === 'function' ? options.store(graph) : options.store;
    this.#buffers = this.#allocate();
    this.#timetable = new Timetable(this.#whole, options.batch);
    const { split, start, batch, order, rule, schedule } = options;
    this.rate = rule?.learningRate ?? 0;
    const placed =
      split instanceof StreamedSplit
        ? new Feed(engine, split, { ...options, samples: this.#samples })
        : split;
    this.#feed = placed instanceof Feed ? placed : undefined;
    const tick = { batch, order, stagedSteps: this.#feed?.steps, rule, schedule };
    const program = (family: KernelFamily, quick: boolean): Program =>
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
          named: { ...this.#buffers, ...placed.named },
        },
        tick: tickDispatch(this.graph, tick),
      });
    const { families } = engine;
    this.#main = program(familyOf(families, options.family ?? engine.family), false);
    const starts = start && start.steps > 0;
    this.#starter = starts ? program(familyOf(families, start.family), true) : undefined;
  }

  /**
   * Plans, allocates and compiles all kernels at once. With a warm start it is done when the first steps can be
   * taken.
   *
   * @throws ShaderError, MemoryError, ShapeError, OptionError
   */
  static async create(engine: Gpu, options: SessionOptions): Promise<Session> {
    const session = engine.buffers.allOrNone(() => new Session(engine, options));
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

  async #compileMain(pace?: 'in turn'): Promise<void> {
    const { tuneBudget = 0, plan } = this.#options;
    if (tuneBudget > 0 && plan === 'fused') await this.#main.tune(tuneBudget);
    await this.#main.compile(pace);
  }

  /** The program for a step. */
  #programAt(step: number): Program {
    const { start } = this.#options;
    return this.#starter && start && step < start.steps ? this.#starter : this.#main;
  }

  /** The plan of the session's own kernels. */
  get plan(): Plan {
    return this.#main.plan;
  }

  /** See {@link Program.explain}. */
  explain(options: ExplainOptions): string {
    return this.#main.explain(options);
  }

  /** Samples of an epoch; a listed order is one epoch of full batches. */
  get #samples(): number {
    const { order, split } = this.#options;
    return order.kind === 'listed' ? order.indices.length : split.count;
  }

  /** Epochs of all samples, from the first step on. */
  get #whole(): Origin {
    // An empty live set is not trained yet.
    return { step: 0, epoch: 0, samples: Math.max(1, this.#samples) };
  }

  /** Whether the data are a live set. */
  get live(): boolean {
    const { split } = this.#options;
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

  /** Most samples of an epoch. */
  get mostSamples(): number {
    const { order, split } = this.#options;
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
    return this.plan.dispatches.length + 1;
  }

  #allocate(): Record<string, GPUBuffer> {
    const { batch, order, classes, split } = this.#options;
    const { buffers } = this.#engine;
    const state = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
    const named: Record<string, GPUBuffer> = {
      clock: buffers.allocate('clock', structs.Clock.size, state),
      indices: buffers.allocate('indices', 16 * Math.ceil(batch / 4), state),
      laneSums: buffers.allocate('lane sums', 8 * 64, state),
      records: buffers.allocate('sums', (STEP_RING + EPOCH_RING) * RECORD_BYTES, state),
    };
    if (classes) named[CONFUSION] = buffers.allocate('confusion matrix', 4 * classes ** 2, state);
    if (order.kind === 'listed' && !(split instanceof StreamedSplit)) {
      named.listed = buffers.allocate('order', order.indices.byteLength, state, order.indices);
    }
    return named;
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
  seek(step: number, origin = this.#options.rule ? this.#timetable.origin : this.#whole): void {
    const { key, batch, rule } = this.#options;
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
    this.#engine.device.queue.writeBuffer(this.#buffers.clock, 0, bytes);
    void this.#run((this.#starter ?? this.#main).step.slice(-1));
  }

  /** Sets the optimizer's learning rate from the next step on. No step may be submitted meanwhile. */
  async setRate(rate: number): Promise<void> {
    const { plan } = this.#options;
    const dispatches = [rateDispatch(this.#options)];
    const bound = await this.#main.arena.bind(dispatches, { unroll: plan === 'fused' });
    this.rate = rate;
    const { device } = this.#engine;
    device.queue.writeBuffer(this.#buffers.clock, AT.baseRate, Float32Array.of(rate));
    await this.#run(bound);
  }

  /** Runs dispatches outside of steps. */
  #run(dispatches: readonly BoundDispatch[]): Promise<void> {
    const encoder = this.#engine.device.createCommandEncoder();
    const { classes } = this.#options;
    if (classes) encoder.clearBuffer(this.#buffers[CONFUSION]);
    const pass = encoder.beginComputePass();
    encode(pass, dispatches);
    pass.end();
    return this.#engine.submit(encoder);
  }

  /** The learning rate of the next step. */
  async learningRate(): Promise<number> {
    return new Float32Array(await this.#clockAt(AT.learningRate))[0];
  }

  /** The norm of the last step's gradients; null before the first step since {@link seek}. */
  async gradientNorm(): Promise<number | null> {
    const { norm } = this.graph;
    if (!norm)
      throw new OptionError('gradientNorm() needs the option clip: clipNorm(Infinity), or less');
    return this.#at === this.#sought ? null : (await this.read(norm))[0];
  }

  #clockAt(offset: number): Promise<ArrayBuffer> {
    return readBuffer(this.#engine, this.#buffers.clock, 4, offset);
  }

  /**
   * Continues after the last step that the GPU has done, in case WebGPU refused some steps.
   *
   * @returns the steps done
   */
  async resync(): Promise<number> {
    const [step] = new Uint32Array(await this.#clockAt(AT.step));
    this.#feed?.seek(step, this.#timetable.origin);
    this.#at = step;
    return step;
  }

  /**
   * Most steps that can be encoded for one submit. It is only limited if samples are streamed or the kernels
   * change.
   */
  get mostSteps(): number {
    const { start } = this.#options;
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
    const { start } = this.#options;
    const ends = start !== undefined && Number.isFinite(start.steps);
    if (this.#starter && ends && !this.#mainReady && this.#taken++ > 0) {
      // After the first steps are done and read, because compiling occupies the GPU process too.
      const { queue } = this.#engine.device;
      const done = Promise.resolve().then(() => queue.onSubmittedWorkDone());
      this.#startMain(waitFor(this.#engine, done));
    }
    return step;
  }

  #startMain(after: Promise<unknown> = Promise.resolve()): Promise<void> {
    const ready = after.then(() => this.#compileMain('in turn'));
    // The first step of the main program reports the error.
    ready.catch(() => {});
    this.#mainReady = ready;
    return ready;
  }

  /** Records the copy of an epoch's sums so far. */
  copyEpoch(encoder: GPUCommandEncoder, epoch: number, target: GPUBuffer, offset = 0): void {
    const { records } = this.#buffers;
    encoder.copyBufferToBuffer(records, epochRecordAt(epoch), target, offset, RECORD_BYTES);
  }

  /**
   * Sums of an epoch, at most {@link EPOCH_RING} epochs back.
   *
   * @throws DataError if its steps have met a label that is not a class
   */
  async epochSums(epoch: number): Promise<Sums> {
    const sums = sumsOf(await this.#epochBytes(epoch));
    await this.#checkLabels(sums);
    return sums;
  }

  /** @throws DataError if steps have met a label that is not a class. */
  async #checkLabels({ mislabelled }: Sums): Promise<void> {
    const { split } = this.#options;
    const hits = this.graph.hits as Node<Counted> | null;
    if (!mislabelled || !hits || !('named' in split)) return;
    const [, classes] = hits.inputs[0].spec.shape;
    await findMislabelled(this.#engine, split, classes, hits.attributes.ignored?.label);
    throw new DataError('a label was not a class, and was overwritten since');
  }

  /** An epoch's record in the GPU's format, at most {@link EPOCH_RING} epochs back. */
  async epochRecord(epoch: number): Promise<Int32Array> {
    return new Int32Array(await this.#epochBytes(epoch));
  }

  #epochBytes(epoch: number): Promise<ArrayBuffer> {
    return readBuffer(this.#engine, this.#buffers.records, RECORD_BYTES, epochRecordAt(epoch));
  }

  /** Restores a record, for an epoch that is resumed. */
  writeEpochRecord(epoch: number, record: Int32Array): void {
    const { queue } = this.#engine.device;
    queue.writeBuffer(this.#buffers.records, epochRecordAt(epoch), Int32Array.from(record));
  }

  /** Sums of single steps, from first to below last, at most {@link STEP_RING} steps back. */
  async stepSums(first: number, last: number): Promise<Sums[]> {
    const ring = await readBuffer(this.#engine, this.#buffers.records, STEP_RING * RECORD_BYTES);
    const sums = Array.from({ length: last - first }, (_, i) => stepSumsOf(ring, first + i));
    const marked = sums.find(({ mislabelled }) => mislabelled);
    if (marked) await this.#checkLabels(marked);
    return sums;
  }

  /** The confusion matrix since the last {@link seek}: [class, predicted] row by row. */
  async confusion(): Promise<Uint32Array> {
    const buffer = this.#buffers[CONFUSION];
    return new Uint32Array(await readBuffer(this.#engine, buffer, buffer.size));
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
    for (const buffer of Object.values(this.#buffers)) this.#engine.buffers.free(buffer);
  }
}
