import { DeviceError, MemoryError } from '../errors.ts';

/** Memory on the GPU. */
export interface MemoryUse {
  readonly bytes: number;
  readonly buffers: number;
}

/** The memory that one object of an engine holds. */
export interface OwnerUse extends MemoryUse {
  /** The object's `name`, such as `trainer 1` or `inference 2`; `uploads` for `engine.upload()`; `engine` for the rest. */
  readonly owner: string;
  /** By the buffers' names, largest first. */
  readonly byName: readonly (MemoryUse & { readonly name: string })[];
}

/** The memory of an engine and all objects made on it. */
export interface EngineMemory extends MemoryUse {
  /** Largest first. */
  readonly byOwner: readonly OwnerUse[];
}

/** Sums by a key, largest first. */
function sumsBy(entries: Iterable<readonly [string, MemoryUse]>): [string, MemoryUse][] {
  const sums = new Map<string, MemoryUse>();
  for (const [key, { bytes, buffers }] of entries) {
    const sum = sums.get(key) ?? { bytes: 0, buffers: 0 };
    sums.set(key, { bytes: sum.bytes + bytes, buffers: sum.buffers + buffers });
  }
  return [...sums].sort(([a, one], [b, other]) => other.bytes - one.bytes || a.localeCompare(b));
}

/**
 * Makes the buffers of an engine and keeps account of them. Sizes are rounded up to 4 bytes, as copies in
 * WebGPU require.
 */
export class Buffers {
  readonly #device: GPUDevice;
  /** An account that includes these buffers. */
  readonly #whole: Buffers | undefined;
  readonly #owner: string;
  readonly #live = new Map<GPUBuffer, { readonly name: string; readonly owner: string }>();
  #bytes = 0;
  /** Buffers whose allocation is not yet known to have succeeded. */
  readonly #checks = new Map<GPUBuffer, Promise<void>>();

  /** @param whole an account that includes these buffers */
  constructor(device: GPUDevice, owner = 'engine', whole?: Buffers) {
    this.#device = device;
    this.#owner = owner;
    this.#whole = whole;
  }

  /** An account for one owner. Its buffers count in this account too. */
  part(owner: string): Buffers {
    return new Buffers(this.#device, owner, this);
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
   * Makes a buffer of at least `bytes` bytes, with `contents` or zeros.
   *
   * WebGPU reports exhausted memory later: await {@link settle} before you use the buffer.
   *
   * @throws MemoryError if it is larger than the device allows for one buffer
   */
  allocate(name: string, bytes: number, usage: number, contents?: ArrayBufferView): GPUBuffer {
    if (contents === undefined) return this.#make(name, bytes, usage, false);
    const { buffer, fill } = this.allocateMapped(name, bytes, usage);
    const { buffer: from, byteOffset, byteLength } = contents;
    fill((into) => into.set(new Uint8Array(from, byteOffset, byteLength)));
    return buffer;
  }

  /**
   * Makes a buffer to be filled by `fill` before it is used.
   *
   * @throws MemoryError if it is larger than the device allows for one buffer
   */
  allocateMapped(
    name: string,
    bytes: number,
    usage: number,
  ): { readonly buffer: GPUBuffer; readonly fill: (write: (into: Uint8Array) => void) => void } {
    const buffer = this.#make(name, bytes, usage, true);
    const fill = (write: (into: Uint8Array) => void): void => {
      write(new Uint8Array(buffer.getMappedRange()));
      buffer.unmap();
    };
    return { buffer, fill };
  }

  #make(name: string, bytes: number, usage: number, mapped: boolean): GPUBuffer {
    const size = Math.max(4, Math.ceil(bytes / 4) * 4);
    const most = this.#device.limits.maxBufferSize;
    if (size > most) {
      throw new MemoryError(
        `buffer "${name}" needs ${size} bytes; this device allows ${most} for one buffer. Use a smaller batch or model, or a device with a higher maxBufferSize`,
      );
    }
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    const what = `buffer "${name}" of ${size} bytes`;
    let buffer: GPUBuffer;
    try {
      buffer = this.#device.createBuffer({ label: name, size, usage, mappedAtCreation: mapped });
    } catch (error) {
      // A RangeError of WebGPU: no memory to map it.
      for (let scope = 0; scope < 2; scope++) this.#device.popErrorScope().catch(() => {});
      throw this.#exhausted(what, String(error));
    }
    this.#enter(buffer, { name, owner: this.#owner });
    this.#watch(buffer, what);
    return buffer;
  }

  #enter(buffer: GPUBuffer, what: { readonly name: string; readonly owner: string }): void {
    this.#live.set(buffer, what);
    this.#bytes += buffer.size;
    if (this.#whole) this.#whole.#enter(buffer, what);
  }

  #exhausted(what: string, why: string): MemoryError {
    return new MemoryError(
      `the device has no memory for ${what} (${this.#bytes} bytes are live here): ${why}. Use a smaller batch, model or data set`,
    );
  }

  #watch(buffer: GPUBuffer, what: string): void {
    const scopes = [this.#device.popErrorScope(), this.#device.popErrorScope()];
    const check = async (): Promise<void> => {
      // If the device is lost, the scopes reject; the loss is reported elsewhere.
      const [invalid, exhausted] = await Promise.all(scopes).catch(() => []);
      if (exhausted) throw this.#exhausted(what, exhausted.message);
      if (invalid) throw new DeviceError(`${what} was refused: ${invalid.message}`);
      this.#checks.delete(buffer);
    };
    const checking = check();
    // `settle` throws the error. Until then it must not count as unhandled.
    checking.catch(() => {});
    this.#checks.set(buffer, checking);
  }

  /**
   * Waits until the allocation of all live buffers has succeeded. Await it before a buffer is bound or copied:
   * errors from using a buffer without memory are not caught.
   *
   * @throws MemoryError if the device had no memory for one of them; again on each call until that is freed
   */
  async settle(): Promise<void> {
    await Promise.all(this.#checks.values());
  }

  /** Runs a function that makes buffers. If it throws, the buffers that it made are destroyed. */
  allOrNone<T>(make: () => T): T {
    const before = new Set(this.#live.keys());
    try {
      return make();
    } catch (error) {
      for (const buffer of [...this.#live.keys()]) if (!before.has(buffer)) this.free(buffer);
      throw error;
    }
  }

  /** Destroys a buffer. Ignores one that was destroyed before. */
  free(buffer: GPUBuffer): void {
    if (this.#leave(buffer)) buffer.destroy();
  }

  #leave(buffer: GPUBuffer): boolean {
    if (!this.#live.delete(buffer)) return false;
    this.#checks.delete(buffer);
    this.#bytes -= buffer.size;
    if (this.#whole) this.#whole.#leave(buffer);
    return true;
  }

  /** Destroys all buffers. */
  freeAll(): void {
    for (const buffer of [...this.#live.keys()]) this.free(buffer);
  }

  /** The live buffers by owner and by name. */
  memory(): EngineMemory {
    const live = [...this.#live].map(([{ size: bytes }, what]) => ({
      ...what,
      use: { bytes, buffers: 1 },
    }));
    const byOwner = sumsBy(live.map(({ owner, use }) => [owner, use]));
    return {
      bytes: this.#bytes,
      buffers: live.length,
      byOwner: byOwner.map(([owner, sum]) => {
        const own = live.filter((one) => one.owner === owner);
        const byName = sumsBy(own.map(({ name, use }) => [name, use]));
        return { owner, ...sum, byName: byName.map(([name, use]) => ({ name, ...use })) };
      }),
    };
  }
}
