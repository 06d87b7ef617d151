import { DeviceError, MemoryError } from '../errors.ts';

/** What {@link Buffers.report} says of the live buffers of one name. */
export interface BufferUse {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

/**
 * Every buffer that an engine makes, accounted by name. Sizes are rounded up to 4 bytes, as WebGPU
 * copies need.
 */
export class Buffers {
  readonly #device: GPUDevice;
  readonly #live = new Map<GPUBuffer, string>();
  #bytes = 0;
  #pending: Promise<void>[] = [];

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Bytes of all live buffers. */
  get liveBytes(): number {
    return this.#bytes;
  }

  /** How many buffers are live. */
  get liveCount(): number {
    return this.#live.size;
  }

  /**
   * Makes a buffer of at least `bytes` bytes, zero or with `contents`.
   *
   * WebGPU tells of exhausted memory later: await {@link settle} before the buffer is relied on.
   *
   * @throws MemoryError where the device's limit for one buffer is passed.
   */
  allocate(
    name: string,
    bytes: number,
    usage: GPUBufferUsageFlags,
    contents?: ArrayBufferView,
  ): GPUBuffer {
    if (contents === undefined) return this.#make(name, bytes, usage, false);
    const { buffer, fill } = this.allocateMapped(name, bytes, usage);
    fill(contents);
    return buffer;
  }

  /**
   * Makes a buffer whose contents come later, but before it is used.
   *
   * @throws MemoryError where the device's limit for one buffer is passed.
   */
  allocateMapped(
    name: string,
    bytes: number,
    usage: GPUBufferUsageFlags,
  ): { readonly buffer: GPUBuffer; readonly fill: (contents: ArrayBufferView) => void } {
    const buffer = this.#make(name, bytes, usage, true);
    const fill = ({ buffer: from, byteOffset, byteLength }: ArrayBufferView): void => {
      new Uint8Array(buffer.getMappedRange()).set(new Uint8Array(from, byteOffset, byteLength));
      buffer.unmap();
    };
    return { buffer, fill };
  }

  #make(name: string, bytes: number, usage: GPUBufferUsageFlags, mapped: boolean): GPUBuffer {
    const size = Math.max(4, Math.ceil(bytes / 4) * 4);
    const most = this.#device.limits.maxBufferSize;
    if (size > most) {
      throw new MemoryError(
        `buffer "${name}" needs ${size} bytes; this device allows ${most} for one buffer. Use a smaller batch or model, or ask for a device with a higher maxBufferSize`,
      );
    }
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    const buffer = this.#device.createBuffer({
      label: name,
      size,
      usage,
      mappedAtCreation: mapped,
    });
    this.#live.set(buffer, name);
    this.#bytes += size;
    this.#watch(`buffer "${name}" of ${size} bytes`);
    return buffer;
  }

  #watch(what: string): void {
    const check = async (): Promise<void> => {
      const [invalid, exhausted] = await Promise.all([
        this.#device.popErrorScope(),
        this.#device.popErrorScope(),
      ]);
      if (exhausted) {
        throw new MemoryError(
          `the device has no memory for ${what} (${this.#bytes} bytes are live here): ${exhausted.message}. Use a smaller batch, model or data set`,
        );
      }
      if (invalid) throw new DeviceError(`${what} was refused: ${invalid.message}`);
    };
    const pending = check();
    // Whoever settles gets the error; until then it must not count as unhandled.
    pending.catch(() => {});
    this.#pending.push(pending);
  }

  /**
   * Waits until all buffers made so far are known to be good.
   *
   * @throws MemoryError where the device ran out of memory for one of them.
   */
  async settle(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    await Promise.all(pending);
  }

  /** Runs what makes buffers; where it throws, those that it has made are destroyed. */
  allOrNone<T>(make: () => T): T {
    const before = new Set(this.#live.keys());
    try {
      return make();
    } catch (error) {
      for (const buffer of [...this.#live.keys()]) if (!before.has(buffer)) this.free(buffer);
      throw error;
    }
  }

  /** Destroys a buffer; one that was destroyed before is ignored. */
  free(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

  /** Destroys all. */
  freeAll(): void {
    for (const buffer of [...this.#live.keys()]) this.free(buffer);
  }

  /** The live buffers by name, largest first. */
  report(): BufferUse[] {
    const uses = new Map<string, { count: number; bytes: number }>();
    for (const [buffer, name] of this.#live) {
      const use = uses.get(name) ?? { count: 0, bytes: 0 };
      uses.set(name, { count: use.count + 1, bytes: use.bytes + buffer.size });
    }
    return [...uses]
      .map(([name, use]) => ({ name, ...use }))
      .sort((a, b) => b.bytes - a.bytes || a.name.localeCompare(b.name));
  }
}
