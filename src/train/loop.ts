import { BufferUsage, MapMode } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { waitFor } from '../gpu/wait.ts';
import { RECORD_BYTES, type Sums, sumsOf } from './records.ts';
import type { Session } from './session.ts';
import { copyEpoch } from './tally.ts';

/** Steps per submit: a positive integer, or fitted; see {@link Chunks}. */
export type ChunkSize = number | 'auto';

/** Most submits in flight: one runs while the next is recorded. */
const IN_FLIGHT = 2;

export interface LoopOptions {
  readonly chunk: ChunkSize;
  readonly signal?: AbortSignal;
  /**
   * Called after each submitted chunk, with the number of steps submitted so far, and how many of them are not
   * known to be done. If it returns a promise, the next chunk waits for it.
   */
  readonly onChunk?: (steps: number, inFlight: number) => unknown;
  /** Called before each submit: returns a promise to wait for, such as an evaluation of the weights. */
  readonly hold?: () => Promise<unknown> | undefined;
  /** Called with the sums of the epoch so far, some chunks late. Costs a copy for each chunk. */
  readonly onSums?: (sums: Sums) => void;
}

/**
 * Runs steps of one epoch in chunks. Each chunk is one pass in one submit, without writing, reading, mapping or
 * allocating. It only waits to limit the submits in flight. The samples of a streamed chunk are gathered while the
 * GPU works on the one before.
 *
 * @param epoch number of the epoch that the steps belong to
 * @returns the number of submitted steps: fewer than requested if the signal is aborted
 * @throws DeviceError if WebGPU refuses a chunk: its steps are not done; what `onChunk` throws
 */
export async function runSteps(
  engine: Gpu,
  session: Session,
  epoch: number,
  steps: number,
  options: LoopOptions,
): Promise<number> {
  const { device } = engine;
  const watch = options.onSums ? new SumsWatch(engine, options.onSums) : undefined;
  const flying: { readonly done: Promise<unknown>; readonly steps: number }[] = [];
  let inFlight = 0;
  let done = 0;
  try {
    // For the buffers of progress.
    if (watch) await engine.buffers.settle();
    session.chunks.begin(performance.now());
    while (done < steps && !options.signal?.aborted) {
      const wanted = options.chunk === 'auto' ? session.chunks.size : options.chunk;
      const count = Math.min(wanted, steps - done, session.mostSteps);
      const encoder = device.createCommandEncoder();
      const staged = session.stage(encoder, count);
      // Not for a resident data set: awaiting even a settled promise costs time.
      if (staged) await waitFor(engine, staged);
      if (options.hold) await held(options.hold, session);
      engine.assertAlive();
      session.encode(encoder, count);
      const slot = watch?.record(encoder, session, epoch);
      const taken = engine.submit(encoder);
      slot?.read();
      done += count;
      const chunk = waitFor(engine, Promise.all([taken, device.queue.onSubmittedWorkDone()]));
      // A rejection is reported when the chunk is awaited.
      chunk.catch(() => {});
      flying.push({ done: chunk, steps: count });
      inFlight += count;
      const told = options.onChunk?.(done, inFlight);
      if (isPromise(told)) await engine.until(told);
      const oldest = flying.length >= IN_FLIGHT ? flying.shift() : undefined;
      if (oldest) {
        await oldest.done;
        inFlight -= oldest.steps;
        engine.assertAlive();
        if (options.chunk === 'auto') {
          session.chunks.done(performance.now(), oldest.steps, session.stepsPerEpoch);
        }
      }
    }
    await Promise.all(flying.map((chunk) => chunk.done));
    engine.assertAlive();
  } finally {
    await watch?.finish();
  }
  return done;
}

/** Waits for what has to finish first; the steps' time does not include it. */
async function held(hold: () => Promise<unknown> | undefined, { chunks }: Session): Promise<void> {
  for (let waited = hold(); waited; waited = hold()) {
    await waited;
    chunks.begin(performance.now());
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;

interface Slot {
  readonly buffer: GPUBuffer;
  busy: Promise<void> | undefined;
}

/** A ring of staging buffers that reads sums back while the loop runs. */
class SumsWatch {
  readonly #engine: Gpu;
  readonly #onSums: (sums: Sums) => void;
  readonly #slots: Slot[];

  constructor(engine: Gpu, onSums: (sums: Sums) => void) {
    this.#engine = engine;
    this.#onSums = onSums;
    this.#slots = Array.from({ length: IN_FLIGHT + 1 }, () => ({
      buffer: engine.buffers.allocate(
        'staging',
        RECORD_BYTES,
        BufferUsage.COPY_DST | BufferUsage.MAP_READ,
      ),
      busy: undefined,
    }));
  }

  /** Copies the epoch's sums to a free slot; undefined if all are in use. */
  record(
    encoder: GPUCommandEncoder,
    session: Session,
    epoch: number,
  ): { read(): void } | undefined {
    const slot = this.#slots.find(({ busy }) => !busy);
    if (!slot) return undefined;
    copyEpoch(session, encoder, epoch, slot.buffer);
    return {
      read: () => {
        slot.busy = this.#read(slot);
      },
    };
  }

  async #read(slot: Slot): Promise<void> {
    try {
      await slot.buffer.mapAsync(MapMode.READ);
      const bytes = slot.buffer.getMappedRange().slice(0);
      slot.buffer.unmap();
      this.#onSums(sumsOf(bytes));
    } catch {
      // Only with a lost device; the loop reports that itself.
    } finally {
      slot.busy = undefined;
    }
  }

  /** Waits for pending reads and frees the ring. */
  async finish(): Promise<void> {
    await Promise.all(this.#slots.map(({ busy }) => busy));
    for (const { buffer } of this.#slots) this.#engine.buffers.free(buffer);
  }
}
