import { MemoryError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Images } from './dataset.ts';
import { checkSplit, paddedBytes } from './resident.ts';

/** Bytes of images that are brought to the GPU at a time, unless the caller says otherwise: 16 MiB. */
export const STREAM_BYTES = 16 * 2 ** 20;

/** A split of a data set that stays on the host; sessions look at it through an {@link ImageWindow}. */
export class StreamedSplit {
  readonly count: number;
  /** Bytes of one image. */
  readonly pixels: number;
  /** Bytes of images that a window shall have at most; it has one batch at least. */
  readonly windowBytes: number;
  readonly labels: Uint8Array;
  readonly #images: Images;

  /**
   * @param windowBytes see {@link STREAM_BYTES}
   * @throws DataError where the split is empty, or its arrays are not of the size that it says.
   */
  constructor(images: Images, labels: Uint8Array, windowBytes: number) {
    checkSplit(images, labels);
    this.#images = images;
    this.count = images.count;
    this.pixels = images.height * images.width;
    this.labels = labels;
    this.windowBytes = windowBytes;
  }

  /**
   * Writes images with their bytes padded to a multiple of 4, as kernels read them.
   *
   * @param into [indices.length, padded bytes of an image]; what is padding is left as it is
   */
  async gather(indices: Uint32Array, into: Uint8Array): Promise<void> {
    const { pixels } = this;
    const padded = paddedBytes(pixels);
    const source = this.#images;
    if ('images' in source) {
      for (const [row, index] of indices.entries()) {
        into.set(source.images.subarray(index * pixels, (index + 1) * pixels), row * padded);
      }
    } else if (padded === pixels) {
      await source.gather(indices, into);
    } else {
      const packed = new Uint8Array(indices.length * pixels);
      await source.gather(indices, packed);
      for (let row = 0; row < indices.length; row++) {
        into.set(packed.subarray(row * pixels, (row + 1) * pixels), row * padded);
      }
    }
  }

  /** Nothing of it is on the GPU. */
  destroy(): void {}
}

/** Chunks that may be on their way: one is gathered while the GPU works on the one before. */
const STAGING = 2;

/**
 * Images and labels of some batches on the GPU, which the next ones take the place of.
 *
 * Images are gathered straight into staging memory while the GPU works on the steps before, and
 * copied into the window by the queue when these are done. One window is enough: a WebGPU device has
 * a single queue, on which a copy and the steps behind it run one after the other in any case.
 */
export class ImageWindow {
  readonly images: GPUBuffer;
  readonly labels: GPUBuffer;
  /** Batches that it holds. */
  readonly batches: number;
  readonly #engine: Gpu;
  readonly #split: StreamedSplit;
  readonly #batch: number;
  /** Bytes of the images of a batch, and of its labels. */
  readonly #imageBytes: number;
  readonly #labelBytes: number;
  readonly #staging: readonly GPUBuffer[];
  #turn = 0;

  /**
   * @param batch rows of a batch
   * @param most batches that are of use at most
   * @throws MemoryError where the device cannot bind the images of one batch.
   */
  constructor(engine: Gpu, split: StreamedSplit, batch: number, most: number) {
    this.#engine = engine;
    this.#split = split;
    this.#batch = batch;
    this.#imageBytes = batch * paddedBytes(split.pixels);
    this.#labelBytes = 4 * batch;
    const wanted = Math.max(1, Math.floor(split.windowBytes / this.#imageBytes));
    this.batches = Math.min(wanted, most, this.#fitting());
    const { STORAGE, COPY_DST, COPY_SRC, MAP_WRITE } = GPUBufferUsage;
    const allocate = (name: string, batchBytes: number, usage: number): GPUBuffer =>
      engine.buffers.allocate(name, this.batches * batchBytes, usage);
    this.images = allocate('streamed images', this.#imageBytes, STORAGE | COPY_DST);
    this.labels = allocate('streamed labels', this.#labelBytes, STORAGE | COPY_DST);
    this.#staging = Array.from({ length: STAGING }, () =>
      allocate('stream staging', this.#imageBytes + this.#labelBytes, MAP_WRITE | COPY_SRC),
    );
  }

  /** Batches that this device can bind. */
  #fitting(): number {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#engine.device.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (this.#imageBytes > most) {
      throw new MemoryError(
        `a batch of ${this.#batch} images of ${this.#split.pixels} bytes needs ${this.#imageBytes} bytes in one binding; this device allows ${most}. Use a smaller batch, or make the engine with limits { maxStorageBufferBindingSize, maxBufferSize } where the adapter has more`,
      );
    }
    const staged = this.#imageBytes + this.#labelBytes;
    return Math.max(
      1,
      Math.min(Math.floor(most / this.#imageBytes), Math.floor(maxBufferSize / staged)),
    );
  }

  /**
   * Gathers batches and records their copy into the window, round the ring from place `first` on.
   * Wait for it before anything else is recorded, and submit the encoder before the next call.
   *
   * @param samples [batches, batch], no more batches than the window holds
   * @throws DeviceLostError; what the source's `gather` throws. The window then stays as it was.
   */
  async stage(encoder: GPUCommandEncoder, samples: Uint32Array, first: number): Promise<void> {
    const staging = this.#staging[this.#turn];
    const batches = samples.length / this.#batch;
    const labelsAt = batches * this.#imageBytes;
    const bytes = labelsAt + batches * this.#labelBytes;
    // Mapped at once: the GPU is done with what was staged two chunks ago.
    await this.#map(staging, bytes);
    try {
      const mapped = staging.getMappedRange(0, bytes);
      await this.#split.gather(samples, new Uint8Array(mapped, 0, labelsAt));
      const labels = new Uint32Array(mapped, labelsAt);
      for (const [i, sample] of samples.entries()) labels[i] = this.#split.labels[sample];
    } finally {
      staging.unmap();
    }
    this.#turn = (this.#turn + 1) % STAGING;
    const copy = (target: GPUBuffer, from: number, each: number, at: number, count: number): void =>
      encoder.copyBufferToBuffer(staging, from, target, at * each, count * each);
    for (let done = 0; done < batches; ) {
      const at = (first + done) % this.batches;
      const count = Math.min(batches - done, this.batches - at);
      copy(this.images, done * this.#imageBytes, this.#imageBytes, at, count);
      copy(this.labels, labelsAt + done * this.#labelBytes, this.#labelBytes, at, count);
      done += count;
    }
  }

  async #map(staging: GPUBuffer, bytes: number): Promise<void> {
    try {
      await staging.mapAsync(GPUMapMode.WRITE, 0, bytes);
    } catch (error) {
      // A lost device rejects the map before its own promise is settled.
      await Promise.resolve();
      this.#engine.assertAlive();
      throw error;
    }
  }

  destroy(): void {
    for (const buffer of [this.images, this.labels, ...this.#staging]) {
      this.#engine.buffers.free(buffer);
    }
  }
}
