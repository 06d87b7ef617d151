import { DataError } from '../errors.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { GivenSources } from './given.ts';
import { type Field, fieldsOf, type HostSplit, nameOf, sameFields } from './host.ts';
import { indicesOf, piecesOf } from './pieces.ts';

/**
 * A split of a data set on the GPU: numbers are float32, labels u32, and images stay bytes, each padded to a
 * multiple of 4. 60,000 images of 28×28 are 47 MB; as floats they would be 188 MB, above WebGPU's default
 * limit of 128 MiB for a binding.
 */
export class ResidentSplit {
  /** Room for so many samples. */
  readonly capacity: number;
  /** Numbers of a sample, or its pixels. */
  readonly columns: number;
  readonly sources: GivenSources;
  /** Buffers that kernels bind, by name. */
  readonly named: Readonly<Record<string, GPUBuffer>>;
  readonly #engine: Gpu;
  #split: HostSplit;
  /** Uploads that {@link upload} has still to do. */
  #waiting: (() => void)[];
  readonly #unwatch: (() => void) | undefined;

  /**
   * Creates the buffers; {@link upload} fills them.
   *
   * @param split all of it in memory
   * @throws DataError if it is larger than this device can bind
   */
  constructor(engine: Gpu, split: HostSplit) {
    const { count, columns, sources } = split;
    const most = mostResidentBytes(engine);
    const fields = fieldsOf(split);
    const large = fields.find(({ bytes }) => count * bytes > most);
    if (large) {
      throw new DataError(
        `${count} ${nameOf(large)} of ${large.bytes} bytes are ${count * large.bytes} bytes; this device binds at most ${most}. Stream them (data: 'streamed' or 'auto'), use fewer, or raise the engine's limits { maxStorageBufferBindingSize, maxBufferSize } if the adapter allows`,
      );
    }
    this.#engine = engine;
    this.#split = split;
    this.capacity = count;
    this.columns = columns;
    this.sources = sources;
    const made = fields.map((field, i) => {
      const usage = BufferUsage.STORAGE | BufferUsage.COPY_DST;
      const { buffer, fill } = engine.buffers.allocateMapped(
        field.name,
        count * field.bytes,
        usage,
      );
      // The samples may have been replaced meanwhile.
      const gather = (into: Uint8Array): void =>
        gatherAll(fieldsOf(this.#split)[i], this.#split.count, into);
      return { buffer, field, upload: () => fill(gather) };
    });
    this.named = Object.fromEntries(made.map(({ field, buffer }) => [field.name, buffer]));
    this.#waiting = made.map(({ upload }) => upload);
    this.#unwatch = split.live?.watch((slot, count) => this.#write(indicesOf(count, slot)));
  }

  /**
   * Uploads the data on the first call. Call it before the first use.
   */
  upload(): void {
    for (const fill of this.#waiting.splice(0)) fill();
  }

  /** Samples at present. */
  get count(): number {
    return this.#split.live?.count ?? this.#split.count;
  }

  /** Whether it is a live set. */
  get live(): boolean {
    return this.#split.live !== undefined;
  }

  /** Writes samples that lie one behind the other, unless none has been uploaded yet. */
  #write(indices: Uint32Array): void {
    if (this.#waiting.length > 0) return;
    for (const field of fieldsOf(this.#split)) {
      const bytes = new Uint8Array(indices.length * field.bytes);
      field.gather(indices, bytes);
      const at = indices[0] * field.bytes;
      this.#engine.device.queue.writeBuffer(this.named[field.name], at, bytes);
    }
  }

  /** Whether there is room for other samples of the same kind. */
  holds(split: HostSplit): boolean {
    if (this.live || split.live || !split.inMemory) return false;
    return split.count <= this.capacity && sameFields(this.#split, split);
  }

  /** Replaces the samples, after all work in the queue. See {@link holds}. */
  replace(split: HostSplit): void {
    this.#split = split;
    for (const indices of piecesOf(split.count)) this.#write(indices);
  }

  destroy(): void {
    this.#unwatch?.();
    this.#waiting = [];
    for (const buffer of Object.values(this.named)) this.#engine.buffers.free(buffer);
  }
}

/** Bytes of one field that a device can bind at once. */
export function mostResidentBytes(gpu: Gpu): number {
  const { limits } = gpu.device;
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}

/** Writes a field of all samples. */
function gatherAll({ bytes, gather }: Field, count: number, into: Uint8Array): void {
  for (const indices of piecesOf(count)) gather(indices, into.subarray(indices[0] * bytes));
}
