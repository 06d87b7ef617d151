import { DataError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { ImageSplit, Images } from './dataset.ts';

/**
 * A split of a data set on the GPU: images stay bytes, each row padded to a multiple of 4, labels are
 * u32. 60,000 images of 28×28 are 47 MB; as floats they would be 188 MB, above WebGPU's default limit
 * of 128 MiB for a binding.
 */
export class ResidentSplit {
  readonly count: number;
  /** Bytes of one image. */
  readonly pixels: number;
  readonly images: GPUBuffer;
  readonly labels: GPUBuffer;
  readonly #engine: Gpu;
  /** What {@link upload} has still to do. */
  #waiting: (() => void)[];

  /**
   * Makes the buffers; their contents come with {@link upload}.
   *
   * @throws DataError where the split is empty, or larger than this device can bind.
   */
  constructor(engine: Gpu, split: ImageSplit) {
    checkSplit(split, split.labels);
    const { count, height, width } = split;
    const pixels = height * width;
    const padded = paddedBytes(pixels);
    const most = mostResidentBytes(engine);
    if (count * padded > most) {
      throw new DataError(
        `${count} images of ${pixels} bytes are ${count * padded} bytes; this device binds at most ${most}. Stream them (data: 'streamed' or 'auto'), use fewer, or make the engine with limits { maxStorageBufferBindingSize, maxBufferSize } where the adapter has more`,
      );
    }
    this.#engine = engine;
    this.count = count;
    this.pixels = pixels;
    const usage = GPUBufferUsage.STORAGE;
    const images = engine.buffers.allocateMapped('images', count * padded, usage);
    const labels = engine.buffers.allocateMapped('labels', 4 * count, usage);
    this.images = images.buffer;
    this.labels = labels.buffer;
    this.#waiting = [
      () => images.fill(padRows(split.images, pixels, padded)),
      () => labels.fill(Uint32Array.from(split.labels)),
    ];
  }

  /**
   * Brings the data over, the first time that it is called. To be called before the first use.
   */
  upload(): void {
    for (const fill of this.#waiting.splice(0)) fill();
  }

  /** What kernels bind, by name. */
  get named(): { readonly pixels: GPUBuffer; readonly labels: GPUBuffer } {
    return { pixels: this.images, labels: this.labels };
  }

  destroy(): void {
    this.#waiting = [];
    this.#engine.buffers.free(this.images);
    this.#engine.buffers.free(this.labels);
  }
}

/** Bytes of an image as kernels read it: in words of 4. */
export const paddedBytes = (pixels: number): number => Math.ceil(pixels / 4) * 4;

/** Bytes of images that a device can bind at once. */
export function mostResidentBytes({ device: { limits } }: Gpu): number {
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}

/** @throws DataError where a split is empty, or its arrays are not of the size that it says. */
export function checkSplit(images: Images, labels: Uint8Array): void {
  const { count, height, width } = images;
  const bytes = 'images' in images ? images.images.length : undefined;
  const needed = count * height * width;
  if (count === 0 || (bytes ?? needed) !== needed || labels.length !== count) {
    const given = bytes === undefined ? 'a source' : `${bytes} bytes`;
    throw new DataError(
      `a split of ${count} images of ${height}×${width} came with ${given} and ${labels.length} labels; it needs ${needed} bytes and ${count} labels, at least one`,
    );
  }
}

function padRows(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (from === to) return bytes;
  const rows = bytes.length / from;
  const out = new Uint8Array(rows * to);
  for (let row = 0; row < rows; row++) {
    out.set(bytes.subarray(row * from, (row + 1) * from), row * to);
  }
  return out;
}
