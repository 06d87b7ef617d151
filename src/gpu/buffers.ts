import { DeviceError, MemoryError } from '../errors.ts';

/** What {@link Buffers.report} says of the live buffers of one name. */
export interface BufferUse {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

/** Memory on the GPU. */
export interface MemoryUse {
  readonly bytes: number;
  readonly buffers: number;
}

/** What one object of an engine's holds. */
export interface OwnerUse extends MemoryUse {
  /** As its `name` says: `trainer 1`, `inference 2`; `uploads` of `engine.upload()`; `engine` for the rest. */
  readonly owner: string;
  /** By what the buffers are for, largest first. */
  readonly byName: readonly (MemoryUse & { readonly name: string })[];
}

/** All that an engine and what was made on it hold. */
export interface EngineMemory extends MemoryUse {
  /** Largest first. */
  readonly byOwner: readonly OwnerUse[];
}

/** Sums by a key, largest first. */
function sumsBy<K>(entries: Iterable<readonly [K, MemoryUse]>): [K, MemoryUse][] {
  const sums = new Map<K, MemoryUse>();
  for (const [key, { bytes, buffers }] of entries) {
    const sum = sums.get(key) ?? { bytes: 0, buffers: 0 };
    sums.set(key, { bytes: sum.bytes + bytes, buffers: sum.buffers + buffers });
  }
  return [...sums].sort(
    ([a, one], [b, other]) => other.bytes - one.bytes || String(a).localeCompare(String(b)),
  );
}

/**
 * Every buffer that an engine makes, accounted by name. Sizes are rounded up to 4 bytes, as WebGPU
 * copies need.
 */
export class Buffers {
  readonly #device: GPUDevice;
  /** Whose account has these, too. */
  readonly #whole: Buffers | undefined;
  readonly #owner: string;
  readonly #live = new Map<GPUBuffer, { readonly name: string; readonly owner: string }>();
  #bytes = 0;
  /** What is not known to be good. */
  readonly #checks = new Map<GPUBuffer, Promise<void>>();

  /** @param whole an account that has these buffers, too */
  constructor(device: GPUDevice, owner = 'engine', whole?: Buffers) {
    this.#device = device;
    this.#owner = owner;
    this.#whole = whole;
  }

  /** An account of its own for one owner: its buffers are in this one as well. */
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
   * Makes a buffer of at least `bytes` bytes, zero or with `contents`.
   *
   * WebGPU tells of exhausted memory later: await {@link settle} before the buffer is relied on.
   *
   * @throws MemoryError where the device's limit for one buffer is passed.
   */
  allocate(name: string, bytes: number, usage: number, contents?: ArrayBufferView): GPUBuffer {
    if (contents === undefined) return this.#make(name, bytes, usage, false);
    const { buffer, fill } = this.allocateMapped(name, bytes, usage);
    const { buffer: from, byteOffset, byteLength } = contents;
    fill((into) => into.set(new Uint8Array(from, byteOffset, byteLength)));
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
        `buffer "${name}" needs ${size} bytes; this device allows ${most} for one buffer. Use a smaller batch or model, or ask for a device with a higher maxBufferSize`,
      );
    }
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    const what = `buffer "${name}" of ${size} bytes`;
    let buffer: GPUBuffer;
    try {
      buffer = this.#device.createBuffer({ label: name, size, usage, mappedAtCreation: mapped });
    } catch (error) {
      // WebGPU's RangeError: there is no room to map it.
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
      // Scopes fail with the device, which says so itself.
      const [invalid, exhausted] = await Promise.all(scopes).catch(() => []);
      if (exhausted) throw this.#exhausted(what, exhausted.message);
      if (invalid) throw new DeviceError(`${what} was refused: ${invalid.message}`);
      this.#checks.delete(buffer);
    };
    const checking = check();
    // Whoever settles gets the error; until then it must not count as unhandled.
    checking.catch(() => {});
    this.#checks.set(buffer, checking);
  }

  /**
   * Waits until all live buffers are known to be good. To be awaited before one is bound or copied: what
   * is done with a buffer that there was no memory for is an error that nobody takes.
   *
   * @throws MemoryError where the device ran out of memory for one of them, until that is freed.
   */
  async settle(): Promise<void> {
    await Promise.all(this.#checks.values());
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
    if (this.#leave(buffer)) buffer.destroy();
  }

  #leave(buffer: GPUBuffer): boolean {
    if (!this.#live.delete(buffer)) return false;
    this.#checks.delete(buffer);
    this.#bytes -= buffer.size;
    if (this.#whole) this.#whole.#leave(buffer);
    return true;
  }

  /** Destroys all. */
  freeAll(): void {
    for (const buffer of [...this.#live.keys()]) this.free(buffer);
  }

  /** The live buffers by name, largest first. */
  report(): BufferUse[] {
    const uses = [...this.#live].map(
      ([{ size: bytes }, { name }]) => [name, { bytes, buffers: 1 }] as const,
    );
    return sumsBy(uses).map(([name, { bytes, buffers: count }]) => ({ name, count, bytes }));
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
