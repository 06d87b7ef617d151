import { type StreamedSplit, Window } from '../data/streamed.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type OrderOptions, samplesOf } from './order.ts';
import type { Origin } from './timetable.ts';

/**
 * Uploads the samples of a session's next steps, in the order in which the GPU would read them from a resident
 * data set. Step s, row r is at place (s mod steps) · batch + r, see shaders/order/staged.wgsl.
 */
export class Feed {
  readonly #window: Window;
  readonly #batch: number;
  readonly #options: OrderOptions;
  #samplesOf: (step: number, rows: Uint32Array) => void;
  #next = 0;

  /** @throws MemoryError if the device cannot bind one batch. */
  constructor(engine: Gpu, split: StreamedSplit, options: OrderOptions) {
    const { samples, batch } = options;
    this.#window = new Window(engine, split, batch, Math.ceil(samples / batch));
    this.#batch = batch;
    this.#options = options;
    this.#samplesOf = samplesOf(options);
  }

  /** Most steps that are staged at a time. */
  get steps(): number {
    return this.#window.batches;
  }

  /** Buffers that kernels bind, by name. */
  get named(): Readonly<Record<string, GPUBuffer>> {
    return this.#window.named;
  }

  /** Continues at a step; epochs may begin elsewhere and have another length. */
  seek(step: number, origin: Origin): void {
    this.#samplesOf = samplesOf({ ...this.#options, samples: origin.samples, origin });
    this.#next = step;
  }

  /** Gathers the samples of the next steps and records their upload. */
  async stage(encoder: GPUCommandEncoder, steps: number): Promise<void> {
    const first = this.#next;
    const rows = new Uint32Array(steps * this.#batch);
    for (let i = 0; i < steps; i++) {
      this.#samplesOf(first + i, rows.subarray(i * this.#batch, (i + 1) * this.#batch));
    }
    await this.#window.stage(encoder, rows, first % this.steps);
    this.#next = first + steps;
  }

  destroy(): void {
    this.#window.destroy();
  }
}
