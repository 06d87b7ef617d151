import { BufferUsage, MapMode } from './constants.ts';
import type { Gpu } from './gpu.ts';
import { waitFor } from './wait.ts';

/**
 * Times stretches of GPU work by timestamps, in nanoseconds. Browsers may round to about 100 µs, so put many
 * repetitions into one stretch.
 */
export class Profiler {
  readonly #engine: Gpu;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  readonly #capacity: number;
  #used = 0;

  /** @param capacity the most stretches between two calls of {@link read}. Needs `engine.timestamps` */
  constructor(engine: Gpu, capacity: number) {
    this.#engine = engine;
    this.#capacity = capacity;
    this.#queries = engine.device.createQuerySet({ type: 'timestamp', count: 2 * capacity });
    const bytes = 16 * capacity;
    this.#resolved = engine.buffers.allocate(
      'timestamps',
      bytes,
      BufferUsage.QUERY_RESOLVE | BufferUsage.COPY_SRC,
    );
    this.#staging = engine.buffers.allocate(
      'timestamps',
      bytes,
      BufferUsage.COPY_DST | BufferUsage.MAP_READ,
    );
  }

  /** The descriptor of a compute pass that is timed as the next stretch. */
  stretch(): GPUComputePassDescriptor {
    const at = this.#used++ % this.#capacity;
    return {
      timestampWrites: {
        querySet: this.#queries,
        beginningOfPassWriteIndex: 2 * at,
        endOfPassWriteIndex: 2 * at + 1,
      },
    };
  }

  /** Begins a compute pass that is timed as the next stretch. */
  begin(encoder: GPUCommandEncoder): GPUComputePassEncoder {
    return encoder.beginComputePass(this.stretch());
  }

  /** Encodes the copy of all stretches so far. */
  resolve(encoder: GPUCommandEncoder): void {
    const count = 2 * Math.min(this.#used, this.#capacity);
    encoder.resolveQuerySet(this.#queries, 0, count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, 8 * count);
  }

  /** Reads the stretches' nanoseconds, and starts again. Submit the encoder first. */
  async read(): Promise<number[]> {
    const count = Math.min(this.#used, this.#capacity);
    this.#used = 0;
    await waitFor(this.#engine, this.#staging.mapAsync(MapMode.READ));
    const times = new BigUint64Array(this.#staging.getMappedRange().slice(0));
    this.#staging.unmap();
    return Array.from({ length: count }, (_, i) => Number(times[2 * i + 1] - times[2 * i]));
  }

  destroy(): void {
    this.#queries.destroy();
    this.#engine.buffers.free(this.#resolved);
    this.#engine.buffers.free(this.#staging);
  }
}
