import { MemoryError } from '../errors.ts';
import { BufferUsage, MapMode } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { waitFor } from '../gpu/wait.ts';
import type { GivenSources } from './given.ts';
import { type Field, fieldsOf, type HostSplit, nameOf, sameFields } from './host.ts';

/** A split that stays on the host; sessions see it through a {@link Window}. */
export class StreamedSplit {
  /** Numbers of a sample, or its pixels. */
  readonly columns: number;
  readonly sources: GivenSources;
  #split: HostSplit;
  /** Most bytes of inputs in a window; it holds at least one batch. */
  readonly windowBytes: number;

  /** @param windowBytes bytes of samples that are uploaded at a time */
  constructor(split: HostSplit, windowBytes: number) {
    this.#split = split;
    this.columns = split.columns;
    this.sources = split.sources;
    this.windowBytes = windowBytes;
  }

  get count(): number {
    return this.#split.count;
  }

  /** The fields of a sample, the inputs first. */
  get fields(): readonly Field[] {
    return fieldsOf(this.#split);
  }

  /** Whether other samples are of the same kind. */
  holds(split: HostSplit): boolean {
    return sameFields(this.#split, split);
  }

  /** Replaces the samples. See {@link holds}. */
  replace(split: HostSplit): void {
    this.#split = split;
  }

  /** Nothing of it is on the GPU. */
  destroy(): void {}
}

/** Staging buffers: one is filled while the GPU works on the chunk before. */
const STAGING = 2;

/**
 * The samples of some batches on the GPU. The next batches replace them.
 *
 * Samples are gathered directly into staging memory while the GPU works on earlier steps. The queue then
 * copies them into the window. One window is enough: a WebGPU device has a single queue, which runs the copy and
 * the steps after it in order anyway.
 */
export class Window {
  /** Buffers that kernels bind, by name. */
  readonly named: Readonly<Record<string, GPUBuffer>>;
  /** Batches that it holds. */
  readonly batches: number;
  readonly #engine: Gpu;
  readonly #split: StreamedSplit;
  readonly #batch: number;
  readonly #staging: readonly GPUBuffer[];
  #turn = 0;

  /**
   * @param batch rows of a batch
   * @param most batches that are needed at most
   * @throws MemoryError if the device cannot bind one batch
   */
  constructor(engine: Gpu, split: StreamedSplit, batch: number, most: number) {
    this.#engine = engine;
    this.#split = split;
    this.#batch = batch;
    const { fields, windowBytes } = split;
    const wanted = Math.max(1, Math.floor(windowBytes / (batch * fields[0].bytes)));
    this.batches = Math.min(wanted, most, this.#fitting());
    const { STORAGE, COPY_DST, COPY_SRC, MAP_WRITE } = BufferUsage;
    const allocate = (name: string, sampleBytes: number, usage: number): GPUBuffer =>
      engine.buffers.allocate(name, this.batches * batch * sampleBytes, usage);
    this.named = Object.fromEntries(
      fields.map(({ name, bytes }) => [
        name,
        allocate(`streamed ${name}`, bytes, STORAGE | COPY_DST),
      ]),
    );
    this.#staging = Array.from({ length: STAGING }, () =>
      allocate('stream staging', totalBytes(fields), MAP_WRITE | COPY_SRC),
    );
  }

  /** Batches that this device can bind. */
  #fitting(): number {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#engine.device.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    const { fields } = this.#split;
    const widest = fields.reduce((a, b) => (b.bytes > a.bytes ? b : a));
    const bytes = this.#batch * widest.bytes;
    if (bytes > most) {
      throw new MemoryError(
        `a batch of ${this.#batch} ${nameOf(widest)} of ${widest.bytes} bytes needs ${bytes} bytes in one binding; this device allows ${most}. Use a smaller batch, or raise the engine's limits { maxStorageBufferBindingSize, maxBufferSize } if the adapter allows`,
      );
    }
    const staged = this.#batch * totalBytes(fields);
    return Math.max(1, Math.min(Math.floor(most / bytes), Math.floor(maxBufferSize / staged)));
  }

  /**
   * Gathers batches and records their copy into the window, a ring, from place `first` on. Wait for it before you
   * record anything else, and submit the encoder before the next call.
   *
   * @param samples [batches, batch], no more batches than the window holds
   * @throws DeviceLostError; what the source's `gather` throws. The window then stays as it was.
   */
  async stage(encoder: GPUCommandEncoder, samples: Uint32Array, first: number): Promise<void> {
    const staging = this.#staging[this.#turn];
    const { fields } = this.#split;
    const batches = samples.length / this.#batch;
    const bytes = samples.length * totalBytes(fields);
    // Maps at once: the GPU is done with the chunk before the last one.
    await waitFor(this.#engine, staging.mapAsync(MapMode.WRITE, 0, bytes));
    try {
      const mapped = staging.getMappedRange(0, bytes);
      let at = 0;
      for (const field of fields) {
        const size = samples.length * field.bytes;
        const gathering = field.gather(samples, new Uint8Array(mapped, at, size));
        if (gathering) await this.#engine.until(gathering);
        at += size;
      }
    } finally {
      staging.unmap();
    }
    this.#turn = (this.#turn + 1) % STAGING;
    let from = 0;
    for (const field of fields) {
      const each = this.#batch * field.bytes;
      for (let done = 0; done < batches; ) {
        const to = (first + done) % this.batches;
        const count = Math.min(batches - done, this.batches - to);
        const target = this.named[field.name];
        encoder.copyBufferToBuffer(staging, from, target, to * each, count * each);
        from += count * each;
        done += count;
      }
    }
  }

  destroy(): void {
    for (const buffer of [...Object.values(this.named), ...this.#staging]) {
      this.#engine.buffers.free(buffer);
    }
  }
}

/** Bytes of a sample. */
const totalBytes = (fields: readonly Field[]): number =>
  fields.reduce((sum, { bytes }) => sum + bytes, 0);
