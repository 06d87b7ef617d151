import { isStreamed, type PlacedSplit } from '../data/place.ts';
import { ResidentSplit } from '../data/resident.ts';
import { OptionError } from '../errors.ts';
import { loadFamily, type PlanKind } from '../fusion/index.ts';
import { BufferUsage, MapMode } from '../gpu/constants.ts';
import { familyOf, type KernelFamily, type OldKernelFamily } from '../gpu/family.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { waitFor } from '../gpu/wait.ts';
import { type BoundDispatch, encode } from '../graph/executor.ts';
import { Graph, type Node } from '../graph/graph.ts';
import type { Schedule } from '../nn/schedules/rule.ts';
import { CONFUSION } from '../ops/classify.ts';
import type { Every, OptimizerRule } from '../ops/update.ts';
import { Chunks } from '../train/chunks.ts';
import { CLOCK_BYTES, clockBefore } from '../train/clock.ts';
import type { Order } from '../train/order.ts';
import {
  EPOCH_RING,
  epochRecordAt,
  RECORD_BYTES,
  STEP_RING,
  type Sums,
  sumsOf,
} from '../train/records.ts';
import type { SessionGraph } from '../train/session-options.ts';
import { tickOf } from '../train/tick.ts';
import { Timetable } from '../train/timetable.ts';
import { type Located, strideFor } from './located.ts';
import { Numbers } from './numbers.ts';
import { NetworkProgram, plansOf } from './program.ts';
import type { NetworkStore } from './store.ts';

/** What a session needs to know of one network. */
export interface NetworkRun {
  readonly key: readonly [number, number];
  /** Its plan, see {@link NetworkSessionOptions.variants}. */
  readonly variant: number;
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule;
}

/** Options in which the plans of networks may differ. */
export interface NetworkVariant {
  readonly build: (graph: Graph) => SessionGraph;
  readonly rule?: OptimizerRule;
  readonly schedule?: Schedule | undefined;
  readonly every?: Every | undefined;
}

export interface NetworkSessionOptions {
  readonly plan: PlanKind;
  readonly family?: KernelFamily | OldKernelFamily | undefined;
  readonly runs: readonly NetworkRun[];
  readonly variants: readonly NetworkVariant[];
  readonly differs: (variant: number) => string;
  readonly store: (graph: Graph) => NetworkStore;
  readonly split: PlacedSplit;
  readonly batch: number;
  readonly order: Order;
  /** Classes of the confusion matrix; absent without one. */
  readonly classes?: number;
}

/** Most submits in flight: one runs while the next is recorded. */
const IN_FLIGHT = 2;

/** A graph that is planned and compiled for several networks, with a clock for each. */
export class NetworkSession {
  readonly store: NetworkStore;
  readonly program: NetworkProgram;
  readonly timetable: Timetable;
  readonly #gpu: Gpu;
  readonly #options: NetworkSessionOptions;
  readonly #named: Readonly<Record<string, Located>>;
  readonly #numbers: Numbers;
  readonly #chunks = new Chunks();
  /** The run in each slot that is still trained. */
  #slots: readonly number[];
  #step: readonly BoundDispatch[] = [];

  private constructor(
    gpu: Gpu,
    options: NetworkSessionOptions,
    family: Awaited<ReturnType<typeof loadFamily>>,
  ) {
    this.#gpu = gpu;
    this.#options = options;
    const { runs, variants, split, batch, order, plan } = options;
    if (isStreamed(split)) {
      throw new OptionError(
        "an ensemble was given data that are streamed; its networks read the samples in different orders. Use fewer samples, or raise the engine's limits { maxStorageBufferBindingSize, maxBufferSize } if the adapter allows",
      );
    }
    this.#slots = runs.map((_, i) => i);
    const samples = order.kind === 'listed' ? order.indices.length : split.count;
    this.timetable = new Timetable({ step: 0, epoch: 0, samples }, batch);
    const graphs = variants.map(() => new Graph());
    const made = variants.map(({ build }, i) => build(graphs[i]));
    const plans = plansOf(gpu, made, { plan, family, networks: runs.length });
    this.store = options.store(graphs[0]);
    this.#numbers = new Numbers(strideFor(CLOCK_BYTES), CLOCK_BYTES);
    this.#named = buffersOf(gpu, options, this.#numbers.clockStride);
    const shared = Object.entries(split.named).map(([name, given]) => {
      const binding: GPUBufferBinding = 'buffer' in given ? given : { buffer: given };
      const { buffer, offset = 0, size = buffer.size - offset } = binding;
      return [name, { buffer, offset, size }] as const;
    });
    this.program = new NetworkProgram(gpu, plans, {
      plan,
      family,
      networks: runs.length,
      variants: made.map((graph, i) => {
        const { rule, schedule, every } = variants[i];
        const { targets, keep } = graph;
        const { dispatch: tick } = tickOf(graph, {
          batch,
          order,
          stagedSteps: undefined,
          rule,
          schedule,
          every,
        });
        return { targets, keep, tick };
      }),
      differs: options.differs,
      external: (ref) => this.store.resolve(ref),
      named: { ...this.#named, ...Object.fromEntries(shared) },
      numbers: this.#numbers,
    });
  }

  /** Plans, allocates and compiles. @throws OptionError, MemoryError, ShaderError */
  static async create(gpu: Gpu, options: NetworkSessionOptions): Promise<NetworkSession> {
    const { plan, family = gpu.family, split } = options;
    const loaded = await loadFamily(plan, familyOf(gpu.families, family));
    gpu.assertAlive();
    const session = gpu.buffers.allOrNone(() => new NetworkSession(gpu, options, loaded));
    try {
      const compiled = session.program.compile();
      compiled.catch(() => {});
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
    this.#gpu.device.queue.writeBuffer(this.#named.clock.buffer, 0, bytes);
    const encoder = this.#gpu.device.createCommandEncoder();
    const counts = this.#named[CONFUSION];
    if (counts) encoder.clearBuffer(counts.buffer);
    const pass = encoder.beginComputePass();
    encode(pass, this.#step.slice(-1));
    pass.end();
    void this.#gpu.submit(encoder);
  }

  /** Records steps into an encoder as one pass. */
  encode(encoder: GPUCommandEncoder, steps: number): void {
    const pass = encoder.beginComputePass();
    for (let i = 0; i < steps; i++) encode(pass, this.#step);
    pass.end();
  }

  /**
   * Runs steps in chunks.
   *
   * @returns the number of submitted steps: fewer than requested if the signal is aborted
   */
  async run(
    steps: number,
    options: {
      readonly signal?: AbortSignal | undefined;
      readonly onChunk?: (done: number) => void;
    } = {},
  ): Promise<number> {
    const gpu = this.#gpu;
    const chunks = this.#chunks;
    const flying: { readonly done: Promise<unknown>; readonly steps: number }[] = [];
    let done = 0;
    chunks.begin(performance.now());
    while (done < steps && !options.signal?.aborted) {
      gpu.assertAlive();
      const count = Math.min(chunks.size, steps - done);
      const encoder = gpu.device.createCommandEncoder();
      this.encode(encoder, count);
      const taken = gpu.submit(encoder);
      done += count;
      const chunk = waitFor(gpu, Promise.all([taken, gpu.device.queue.onSubmittedWorkDone()]));
      // A rejection is reported when the chunk is awaited.
      chunk.catch(() => {});
      flying.push({ done: chunk, steps: count });
      options.onChunk?.(done);
      const oldest = flying.length >= IN_FLIGHT ? flying.shift() : undefined;
      if (!oldest) continue;
      await oldest.done;
      chunks.done(performance.now(), oldest.steps, this.stepsPerEpoch);
    }
    await Promise.all(flying.map((chunk) => chunk.done));
    gpu.assertAlive();
    return done;
  }

  /** Sums of an epoch, of each run that is trained, by slot. */
  async sums(epoch: number): Promise<Sums[]> {
    const bytes = await this.#gather('records', epochRecordAt(epoch), RECORD_BYTES);
    return bytes.map((record) => sumsOf(record));
  }

  /** The record of an epoch in the GPU's format. */
  async record(slot: number, epoch: number): Promise<Int32Array> {
    const all = await this.#gather('records', epochRecordAt(epoch), RECORD_BYTES);
    return new Int32Array(all[slot]);
  }

  /** The confusion matrices since the last {@link seek}, by slot. */
  async confusion(): Promise<Uint32Array[]> {
    const { size } = this.#named[CONFUSION];
    return (await this.#gather(CONFUSION, 0, size)).map((bytes) => new Uint32Array(bytes));
  }

  /** A part of a buffer of each run that is trained. */
  async #gather(name: string, offset: number, bytes: number): Promise<ArrayBuffer[]> {
    const { buffer, stride = 0 } = this.#named[name];
    return gather(this.#gpu, buffer, stride, offset, bytes, this.#slots.length);
  }

  /** A kept tensor of each run that is trained, in the layout of storage. */
  async read(node: Node): Promise<Float32Array[]> {
    const { buffer, stride = 0, offset, size } = this.program.locate(node);
    const all = await gather(this.#gpu, buffer, stride, offset, size, this.#slots.length);
    return all.map((bytes) => new Float32Array(bytes));
  }

  /** Frees everything but the parameters. */
  destroy(): void {
    this.program.destroy();
    for (const { buffer } of Object.values(this.#named)) this.#gpu.buffers.free(buffer);
  }
}

/** The same part of each network's memory, in one copy to the CPU. */
async function gather(
  gpu: Gpu,
  buffer: GPUBuffer,
  stride: number,
  offset: number,
  bytes: number,
  count: number,
): Promise<ArrayBuffer[]> {
  gpu.assertAlive();
  const { device, buffers } = gpu;
  const usage = BufferUsage.COPY_DST | BufferUsage.MAP_READ;
  const staging = buffers.allocate('readback', bytes * count, usage);
  try {
    await buffers.settle();
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < count; i++) {
      encoder.copyBufferToBuffer(buffer, i * stride + offset, staging, i * bytes, bytes);
    }
    await gpu.submit(encoder);
    await staging.mapAsync(MapMode.READ);
    const all = staging.getMappedRange();
    return Array.from({ length: count }, (_, i) => all.slice(i * bytes, (i + 1) * bytes));
  } catch (error) {
    await gpu.blameLoss(error);
    throw error;
  } finally {
    buffers.free(staging);
  }
}

function buffersOf(
  { buffers }: Gpu,
  { runs, batch, order, classes }: NetworkSessionOptions,
  clockStride: number,
): Record<string, Located> {
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
  const each = (name: string, size: number, stride = strideFor(size)): Located => ({
    buffer: buffers.allocate(name, runs.length * stride, usage),
    offset: 0,
    size,
    stride,
  });
  const named: Record<string, Located> = {
    clock: each('clock', clockStride, clockStride),
    indices: each('indices', 16 * Math.ceil(batch / 4)),
    laneSums: each('lane sums', 8 * 64),
    records: each('sums', (STEP_RING + EPOCH_RING) * RECORD_BYTES),
  };
  if (classes) named[CONFUSION] = each('confusion matrix', 4 * classes ** 2);
  if (order.kind === 'listed') {
    const size = order.indices.byteLength;
    named.listed = {
      buffer: buffers.allocate('order', size, usage, order.indices),
      offset: 0,
      size,
    };
  }
  return named;
}
