import type { PlacedSplit } from '../data/place.ts';
import { StreamedSplit } from '../data/streamed.ts';
import { type PlanKind, plan } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';
import { type Part, use } from '../gpu/link.ts';
import { structs } from '../gpu/shaders.gen.ts';
import { Arena, type BoundDispatch, encode, readBuffer } from '../graph/executor.ts';
import { Graph, type Node } from '../graph/graph.ts';
import { type Dispatch, type Ref, ref } from '../graph/op.ts';
import type { Plan } from '../graph/plan.ts';
import type { ParameterStore } from '../graph/store.ts';
import { CONFUSION } from '../ops/classify.ts';
import { isInput } from '../ops/sources.ts';
import type { OptimizerRule } from '../ops/update.ts';
import { clockBytes } from './clock.ts';
import { Feed } from './feed.ts';
import type { Order } from './order.ts';

export type { Order } from './order.ts';

/** What a session's graph ends in. */
export interface SessionGraph {
  /** Everything that a step computes. */
  readonly targets: readonly Node[];
  readonly rows: Node;
  readonly hits: Node | null;
  /** Tensors to be read after a step. */
  readonly keep: readonly Node[];
}

export interface SessionOptions {
  readonly plan: PlanKind;
  readonly build: (graph: Graph) => SessionGraph;
  readonly store: ParameterStore | ((graph: Graph) => ParameterStore);
  /** Default the engine's. */
  readonly family?: KernelFamily;
  readonly split: PlacedSplit;
  readonly batch: number;
  readonly key: readonly [number, number];
  readonly order: Order;
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule;
  /** Classes of the confusion matrix; absent without one. */
  readonly classes?: number;
}

/** The sums over a step or an epoch that the GPU made. */
export interface Sums {
  /** Σ of the rows' losses. */
  readonly loss: number;
  readonly hits: number;
  readonly count: number;
}

/** How many steps' and epochs' sums are kept on the GPU before they are written over. */
export const STEP_RING = 4096;
export const EPOCH_RING = 64;

const RECORD_BYTES = structs.StepRecord.size;

/**
 * A graph, planned, compiled and bound to a data set: steps of it can be encoded at will. All that a
 * step needs lies on the GPU; {@link encode} only records dispatches.
 */
export class Session {
  readonly plan: Plan;
  readonly graph: SessionGraph;
  readonly store: ParameterStore;
  readonly #engine: Engine;
  readonly #options: SessionOptions;
  readonly #arena: Arena;
  readonly #buffers: Readonly<Record<string, GPUBuffer>>;
  /** Of a streamed data set. */
  readonly #feed: Feed | undefined;
  #open: readonly BoundDispatch[] = [];
  #step: readonly BoundDispatch[] = [];

  private constructor(engine: Engine, options: SessionOptions) {
    this.#engine = engine;
    this.#options = options;
    const graph = new Graph();
    this.graph = options.build(graph);
    this.store = typeof options.store === 'function' ? options.store(graph) : options.store;
    const { targets, keep } = this.graph;
    this.plan = plan(options.plan, targets, keep, {
      device: engine.device,
      family: options.family ?? engine.family,
    });
    this.#buffers = this.#allocate();
    const { split } = options;
    const placed =
      split instanceof StreamedSplit
        ? new Feed(engine, split, { ...options, samples: this.#samples })
        : split;
    this.#feed = placed instanceof Feed ? placed : undefined;
    this.#arena = new Arena(engine, this.plan, {
      external: (reference) =>
        reference.kind === 'tensor' && isInput(reference.node)
          ? undefined
          : this.store.resolve(reference),
      named: { ...this.#buffers, pixels: placed.images, labels: placed.labels },
    });
  }

  /**
   * Plans, allocates and compiles, all kernels at once.
   *
   * @throws ShaderError, MemoryError, ShapeError, OptionError
   */
  static async create(engine: Engine, options: SessionOptions): Promise<Session> {
    const session = engine.buffers.allOrNone(() => new Session(engine, options));
    try {
      await session.#compile();
      await engine.buffers.settle();
      return session;
    } catch (error) {
      session.destroy();
      // A store that came from outside stays its maker's.
      if (typeof options.store === 'function') session.store.destroy();
      throw error;
    }
  }

  /** Samples that an epoch goes through; a given order is one epoch of full batches. */
  get #samples(): number {
    const { order, split } = this.#options;
    return order.kind === 'listed' ? order.indices.length : split.count;
  }

  /** Steps that make up an epoch. */
  get stepsPerEpoch(): number {
    return Math.ceil(this.#samples / this.#options.batch);
  }

  /** Dispatches that a step takes. */
  get dispatchesPerStep(): number {
    return this.#step.length;
  }

  #allocate(): Record<string, GPUBuffer> {
    const { batch, order, classes, split } = this.#options;
    const { buffers } = this.#engine;
    const state = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const named: Record<string, GPUBuffer> = {
      clock: buffers.allocate('clock', structs.Clock.size, state),
      indices: buffers.allocate('indices', 16 * Math.ceil(batch / 4), state),
      steps: buffers.allocate('step sums', STEP_RING * RECORD_BYTES, state),
      epochs: buffers.allocate('epoch sums', EPOCH_RING * RECORD_BYTES, state),
    };
    if (classes) named[CONFUSION] = buffers.allocate('confusion matrix', 4 * classes ** 2, state);
    if (order.kind === 'listed' && !(split instanceof StreamedSplit)) {
      named.listed = buffers.allocate('order', order.indices.byteLength, state, order.indices);
    }
    return named;
  }

  #tick(closing: boolean): Dispatch {
    const { batch, order } = this.#options;
    const { rows, hits } = this.graph;
    const program = (name: string): Ref => ({ kind: 'program', name });
    const parts: Part<Ref>[] = [
      use('step/tick', {
        bindings: { ticking: program('clock'), nextIndices: program('indices') },
      }),
      use('step/batch', { constants: { BATCH: batch } }),
    ];
    if (this.#feed) {
      parts.push(use('order/staged', { constants: { STAGED_STEPS: this.#feed.steps } }));
    } else if (order.kind === 'listed') {
      parts.push(use('order/listed', { bindings: { listed: program('listed') } }));
    } else {
      parts.push(order.kind === 'shuffled' ? use('order/shuffled') : use('order/sequential'));
    }
    if (closing) {
      parts.push(
        use('step/close', {
          constants: { STEP_RING, EPOCH_RING },
          bindings: { rowLosses: ref(rows), steps: program('steps'), epochs: program('epochs') },
        }),
        hits
          ? use('metrics/row_hits', { bindings: { rowHits: ref(hits) } })
          : use('metrics/no_hits'),
      );
    } else {
      parts.push(use('step/open'));
    }
    return { label: closing ? 'tick' : 'first tick', parts, grid: [1, 1, 1], flop: 0 };
  }

  async #compile(): Promise<void> {
    // The plain plan runs kernels just as they are written, to be compared with what linking makes.
    const unroll = this.#options.plan === 'fused';
    const [open, step] = await Promise.all([
      this.#arena.bind([this.#tick(false)], { unroll }),
      this.#arena.bind([...this.plan.dispatches, this.#tick(true)], { unroll }),
    ]);
    this.#open = open;
    this.#step = step;
  }

  /** Sets the clock to a number of steps done, and prepares the batch of the next one. */
  seek(step: number): void {
    const { key, batch, rule, classes } = this.#options;
    const samples = this.#samples;
    const bytes = clockBytes({ key, step, samples, batch, ...(rule ? { rule } : {}) });
    this.#feed?.seek(step);
    const { device } = this.#engine;
    device.queue.writeBuffer(this.#buffers.clock, 0, bytes);
    const encoder = device.createCommandEncoder();
    if (classes) encoder.clearBuffer(this.#buffers[CONFUSION]);
    const pass = encoder.beginComputePass();
    encode(pass, this.#open);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  /** Steps that can be encoded for one submit: any number, unless their images are streamed. */
  get mostSteps(): number {
    return this.#feed?.steps ?? Infinity;
  }

  /**
   * Of a streamed data set, brings the images of the next steps; wait for it before these are encoded
   * into the same encoder, once each. Undefined of a resident one, which needs nothing.
   */
  stage(encoder: GPUCommandEncoder, steps: number): Promise<void> | undefined {
    return this.#feed?.stage(encoder, steps);
  }

  /** Records steps into an encoder as one pass; see {@link stage}. */
  encode(encoder: GPUCommandEncoder, steps: number): void {
    const pass = encoder.beginComputePass();
    for (let i = 0; i < steps; i++) encode(pass, this.#step);
    pass.end();
  }

  /** The bound dispatches of one step, for timing. */
  get dispatches(): readonly BoundDispatch[] {
    return this.#step;
  }

  /** Records the copy of an epoch's sums so far. */
  copyEpoch(encoder: GPUCommandEncoder, epoch: number, target: GPUBuffer, offset = 0): void {
    const at = (epoch % EPOCH_RING) * RECORD_BYTES;
    encoder.copyBufferToBuffer(this.#buffers.epochs, at, target, offset, RECORD_BYTES);
  }

  /** Sums of an epoch. At most {@link EPOCH_RING} epochs back. */
  async epochSums(epoch: number): Promise<Sums> {
    const at = (epoch % EPOCH_RING) * RECORD_BYTES;
    return epochSumsOf(await readBuffer(this.#engine, this.#buffers.epochs, RECORD_BYTES, at));
  }

  /** Sums of single steps, from first to below last. At most {@link STEP_RING} steps back. */
  async stepSums(first: number, last: number): Promise<Sums[]> {
    const bytes = await readBuffer(this.#engine, this.#buffers.steps, STEP_RING * RECORD_BYTES);
    const { members } = structs.StepRecord;
    const view = new DataView(bytes);
    return Array.from({ length: last - first }, (_, i) => {
      const at = ((first + i) % STEP_RING) * RECORD_BYTES;
      return {
        loss: view.getFloat32(at + members.loss.offset, true),
        hits: view.getUint32(at + members.hits.offset, true),
        count: view.getUint32(at + members.count.offset, true),
      };
    });
  }

  /** The confusion matrix since the last {@link seek}: [class, predicted] row by row. */
  async confusion(): Promise<Uint32Array> {
    const buffer = this.#buffers[CONFUSION];
    return new Uint32Array(await readBuffer(this.#engine, buffer, buffer.size));
  }

  /** Reads a kept tensor's storage. */
  read(node: Node): Promise<Float32Array> {
    return this.#arena.read(node);
  }

  /** Frees everything but the parameters. */
  destroy(): void {
    this.#arena.destroy();
    this.#feed?.destroy();
    for (const buffer of Object.values(this.#buffers)) this.#engine.buffers.free(buffer);
  }
}

/** Decodes an epoch's record. */
export function epochSumsOf(bytes: ArrayBuffer): Sums {
  const { members } = structs.EpochRecord;
  const view = new DataView(bytes);
  return {
    loss: view.getFloat32(members.loss.offset, true),
    hits: view.getUint32(members.hits.offset, true),
    count: view.getUint32(members.count.offset, true),
  };
}
