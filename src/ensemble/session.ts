import { isStreamed } from '../data/place.ts';
import { ResidentSplit } from '../data/resident.ts';
import { OptionError } from '../errors.ts';
import { type Family, loadFamily } from '../fusion/index.ts';
import { familyOf } from '../gpu/family.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type BoundDispatch, encode } from '../graph/executor.ts';
import { Graph, type Node } from '../graph/graph.ts';
import type { Plan } from '../graph/plan.ts';
import { CONFUSION } from '../ops/classify.ts';
import { Chunks } from '../train/chunks.ts';
import { CLOCK_BYTES, clockBefore } from '../train/clock.ts';
import { epochRecordAt, RECORD_BYTES, type Sums, sumsOf } from '../train/records.ts';
import type { SessionGraph } from '../train/session-options.ts';
import { tickOf } from '../train/tick.ts';
import { Timetable } from '../train/timetable.ts';
import { gather } from './gather.ts';
import { type Located, strideFor } from './located.ts';
import { Numbers } from './numbers.ts';
import { plansOf } from './plans.ts';
import { NetworkProgram } from './program.ts';
import { sessionBuffers } from './session-buffers.ts';
import type { NetworkSessionOptions } from './session-options.ts';
import type { NetworkStore } from './store.ts';
import { type SubmitOptions, submitSteps } from './submit.ts';
import { tuneNetworks } from './tuning.ts';

/** A graph that is planned and compiled for several networks, with a clock for each. */
export class NetworkSession {
  readonly store: NetworkStore;
  readonly timetable: Timetable;
  readonly gpu: Gpu;
  readonly #options: NetworkSessionOptions;
  readonly #named: Readonly<Record<string, Located>>;
  /** The data, which all networks read. */
  readonly #shared: Readonly<Record<string, Located>>;
  readonly #numbers: Numbers;
  readonly #chunks = new Chunks();
  /** The run in each slot that is still trained. */
  #slots: readonly number[];
  readonly #graphs: readonly SessionGraph[];
  readonly #family: Family;
  #program: NetworkProgram;
  #step: readonly BoundDispatch[] = [];

  private constructor(gpu: Gpu, options: NetworkSessionOptions, family: Family) {
    this.gpu = gpu;
    this.#options = options;
    const { runs, variants, split, batch, order } = options;
    if (isStreamed(split)) {
      throw new OptionError(
        "an ensemble was given data that are streamed; its networks read the samples in different orders. Use fewer samples, or raise the engine's limits { maxStorageBufferBindingSize, maxBufferSize } if the adapter allows",
      );
    }
    this.#slots = runs.map((_, i) => i);
    const samples = order.kind === 'listed' ? order.indices.length : split.count;
    this.timetable = new Timetable({ step: 0, epoch: 0, samples }, batch);
    this.#family = family;
    const graphs = variants.map(() => new Graph());
    this.#graphs = variants.map(({ build }, i) => build(graphs[i]));
    const plans = this.#plans();
    this.store = options.store(graphs[0]);
    this.#numbers = new Numbers(strideFor(CLOCK_BYTES), CLOCK_BYTES);
    this.#named = sessionBuffers(gpu, options, this.#numbers.clockStride);
    const shared = Object.entries(split.named).map(([name, given]) => {
      const binding: GPUBufferBinding = 'buffer' in given ? given : { buffer: given };
      const { buffer, offset = 0, size = buffer.size - offset } = binding;
      return [name, { buffer, offset, size }] as const;
    });
    this.#shared = Object.fromEntries(shared);
    this.#program = this.#programOf(plans);
  }

  #plans(): readonly Plan[] {
    const { plan, runs } = this.#options;
    return plansOf(this.gpu, this.#graphs, { plan, family: this.#family, networks: runs.length });
  }

  #programOf(plans: readonly Plan[]): NetworkProgram {
    const { runs, variants, batch, order, plan, differs } = this.#options;
    return new NetworkProgram(this.gpu, plans, {
      plan,
      family: this.#family,
      networks: runs.length,
      variants: this.#graphs.map((graph, i) => {
        const { rule, schedule, every } = variants[i];
        const { targets, keep } = graph;
        const rate = { rule, schedule, every };
        const { dispatch: tick } = tickOf(graph, { batch, order, stagedSteps: undefined, ...rate });
        return { targets, keep, tick };
      }),
      differs,
      external: (ref) => this.store.resolve(ref),
      named: { ...this.#named, ...this.#shared },
      numbers: this.#numbers,
    });
  }

  /** Compiles, and confirms the choice of kernels by timing before, if there is time for it. */
  async #compile(): Promise<void> {
    const { runs, plan, tuneBudget = 0 } = this.#options;
    const tunes = tuneBudget > 0 && plan === 'fused';
    if (tunes && (await tuneNetworks(this.gpu, this.#program, runs.length, tuneBudget))) {
      // Another plan has scratch memory of its own.
      this.#program.destroy();
      this.#program = this.gpu.buffers.allOrNone(() => this.#programOf(this.#plans()));
    }
    await this.#program.compile();
  }

  get program(): NetworkProgram {
    return this.#program;
  }

  /** Plans, allocates and compiles. @throws OptionError, MemoryError, ShaderError */
  static async create(gpu: Gpu, options: NetworkSessionOptions): Promise<NetworkSession> {
    const { plan, family = gpu.family, split } = options;
    const loaded = await loadFamily(plan, familyOf(gpu.families, family));
    gpu.assertAlive();
    const session = gpu.buffers.allOrNone(() => new NetworkSession(gpu, options, loaded));
    try {
      const compiled = session.#compile();
      compiled.catch(() => {});
      // Before the first kernel is timed, which may read the data.
      if (split instanceof ResidentSplit) split.upload();
      await compiled;
      await gpu.buffers.settle();
      gpu.assertAlive();
      session.#step = session.program.step(session.#slots.length);
      return session;
    } catch (error) {
      session.destroy();
      await gpu.blameLoss(error);
      throw error;
    }
  }

  get stepsPerEpoch(): number {
    return this.timetable.batches;
  }

  get dispatchesPerStep(): number {
    return this.#step.length;
  }

  /** The runs that are trained, by slot. */
  get slots(): readonly number[] {
    return this.#slots;
  }

  /** Trains only these runs from now on, which lie in the first slots; {@link seek} next. */
  only(slots: readonly number[]): void {
    this.#slots = slots;
    this.#step = this.program.step(slots.length);
  }

  /** Sets all clocks to a number of steps done, and prepares the next batches. */
  seek(step: number): void {
    const { runs, batch } = this.#options;
    const { clockStride, room } = this.#numbers;
    const { origin } = this.timetable;
    const { samples } = origin;
    const bytes = new Uint8Array(runs.length * clockStride);
    for (const [slot, run] of this.#slots.entries()) {
      const { key, rule, variant } = runs[run];
      const clock = clockBefore({ key, step, samples, batch, origin, ...(rule ? { rule } : {}) });
      bytes.set(new Uint8Array(clock), slot * clockStride);
      const numbers = this.#numbers.of(variant);
      const at = (slot + 1) * clockStride - 4 * room;
      bytes.set(new Uint8Array(numbers.buffer), at);
    }
    this.gpu.device.queue.writeBuffer(this.#named.clock.buffer, 0, bytes);
    const encoder = this.gpu.device.createCommandEncoder();
    const counts = this.#named[CONFUSION];
    if (counts) encoder.clearBuffer(counts.buffer);
    const pass = encoder.beginComputePass();
    encode(pass, this.#step.slice(-1));
    pass.end();
    void this.gpu.submit(encoder);
  }

  /** Records steps into an encoder as one pass. */
  encode(encoder: GPUCommandEncoder, steps: number): void {
    const pass = encoder.beginComputePass();
    for (let i = 0; i < steps; i++) encode(pass, this.#step);
    pass.end();
  }

  /** Runs steps in chunks, see {@link submitSteps}. */
  run(steps: number, options: SubmitOptions = {}): Promise<number> {
    const encoded = (encoder: GPUCommandEncoder, count: number): void =>
      this.encode(encoder, count);
    return submitSteps(this.gpu, this.#chunks, encoded, {
      ...options,
      steps,
      most: this.stepsPerEpoch,
    });
  }

  /** Sums of an epoch, of each run that is trained, by slot. */
  async sums(epoch: number): Promise<Sums[]> {
    const bytes = await this.records(epochRecordAt(epoch), RECORD_BYTES);
    return bytes.map((record) => sumsOf(record));
  }

  /** The record of an epoch in the GPU's format. */
  async record(slot: number, epoch: number): Promise<Int32Array> {
    const all = await this.records(epochRecordAt(epoch), RECORD_BYTES);
    return new Int32Array(all[slot]);
  }

  /** Sets the record of an epoch, in the GPU's format. */
  writeRecord(slot: number, epoch: number, record: Int32Array): void {
    const { buffer, stride = 0, offset } = this.#named.records;
    const at = offset + slot * stride + epochRecordAt(epoch);
    this.gpu.device.queue.writeBuffer(buffer, at, record.buffer, record.byteOffset, RECORD_BYTES);
  }

  /** Bytes of the records of steps and epochs by slot, see `train/records.ts`. Default of each run that is trained. */
  records(at: number, bytes: number, slots?: number): Promise<ArrayBuffer[]> {
    return this.#gather('records', at, bytes, slots);
  }

  /** The confusion matrices since the last {@link seek}, by slot. */
  async confusion(): Promise<Uint32Array[]> {
    const { size } = this.#named[CONFUSION];
    return (await this.#gather(CONFUSION, 0, size)).map((bytes) => new Uint32Array(bytes));
  }

  /** A part of a buffer of each run that is trained. */
  async #gather(
    name: string,
    offset: number,
    bytes: number,
    slots = this.#slots.length,
  ): Promise<ArrayBuffer[]> {
    return gather(this.gpu, { ...this.#named[name], offset, size: bytes }, slots);
  }

  /** A kept tensor of each run that is trained, in the layout of storage. */
  async read(node: Node): Promise<Float32Array[]> {
    const all = await gather(this.gpu, this.program.locate(node), this.#slots.length);
    return all.map((bytes) => new Float32Array(bytes));
  }

  /** Frees everything but the parameters. */
  destroy(): void {
    this.program.destroy();
    for (const { buffer } of Object.values(this.#named)) this.gpu.buffers.free(buffer);
  }
}
