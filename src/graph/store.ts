import { GradweaveError, OptionError, ShapeError } from '../errors.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { readBuffer } from './executor.ts';
import type { Node } from './graph.ts';
import type { Ref } from './op.ts';
import { layOut, type Slot } from './store-layout.ts';
import { fromStorage, sizeOf, storageOf, toStorage } from './tensor.ts';

/** Which of a parameter's tensors. */
export type StoreKind = 'parameters' | 'moment1' | 'moment2';

/**
 * Parameters and the optimizer's state on the GPU, apart from any plan: training and evaluation share
 * them. They lie as {@link layOut} says: in one buffer, or in several where one may not be so large;
 * moments are laid out the same.
 */
export class ParameterStore {
  readonly #engine: Gpu;
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #banks: readonly number[];
  readonly #buffers = new Map<StoreKind, readonly GPUBuffer[]>();
  readonly #made: readonly [readonly Node[], 0 | 1 | 2];

  /**
   * @param parameters in the order in which they shall lie
   * @param moments how many states of a parameter's size the optimizer keeps
   * @throws OptionError where two have one name; MemoryError where one is larger than a binding.
   */
  constructor(engine: Gpu, parameters: readonly Node[], moments: 0 | 1 | 2) {
    this.#engine = engine;
    this.#made = [parameters, moments];
    const { slots, banks } = layOut(parameters, engine.device.limits);
    this.#slots = slots;
    this.#banks = banks;
    const kinds: StoreKind[] = ['parameters', 'moment1', 'moment2'];
    const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
    for (const kind of kinds.slice(0, 1 + moments)) {
      const buffers = banks.map((bytes) => engine.buffers.allocate(kind, bytes, usage));
      this.#buffers.set(kind, buffers);
    }
  }

  /** Room for what this store holds. @throws MemoryError where the device has none. */
  sibling(): ParameterStore {
    return new ParameterStore(this.#engine, ...this.#made);
  }

  /** Takes all values of a {@link sibling}, on the GPU. */
  copyFrom(other: ParameterStore): void {
    const encoder = this.#engine.device.createCommandEncoder();
    for (const [kind, buffers] of this.#buffers) {
      for (const [bank, buffer] of buffers.entries()) {
        const source = other.#buffersOf(kind)[bank];
        encoder.copyBufferToBuffer(source, 0, buffer, 0, this.#banks[bank]);
      }
    }
    void this.#engine.submit(encoder);
  }

  get device(): GPUDevice {
    return this.#engine.device;
  }

  /** Bytes of the parameters; the moments have as many each. */
  get bytes(): number {
    return this.#banks.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Names in order. */
  get names(): string[] {
    return [...this.#slots.keys()];
  }

  /** The kinds of tensor that are kept. */
  get kinds(): StoreKind[] {
    return [...this.#buffers.keys()];
  }

  #slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (!slot) {
      throw new OptionError(`there is no parameter ${name}; there are ${this.names.join(', ')}`);
    }
    return slot;
  }

  #buffersOf(kind: StoreKind): readonly GPUBuffer[] {
    const buffers = this.#buffers.get(kind);
    if (!buffers) throw new OptionError(`this optimizer keeps no ${kind}`);
    return buffers;
  }

  /** The shape of a parameter. */
  shapeOf(name: string): readonly number[] {
    return this.#slot(name).shape;
  }

  /**
   * Writes a parameter's elements, row by row.
   *
   * @throws ShapeError where the number of elements is another.
   */
  write(name: string, values: ArrayLike<number>, kind: StoreKind = 'parameters'): void {
    const { bank, offset, shape } = this.#slot(name);
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        `${values.length} values were given for ${name}; its shape [${shape.join(', ')}] has ${sizeOf(shape)}`,
      );
    }
    const stored = toStorage(shape, values);
    this.#engine.device.queue.writeBuffer(
      this.#buffersOf(kind)[bank],
      offset,
      stored.buffer,
      stored.byteOffset,
      stored.byteLength,
    );
  }

  /** Sets the optimizer's state to 0, as it begins. */
  clearMoments(): void {
    const encoder = this.#engine.device.createCommandEncoder();
    for (const [kind, buffers] of this.#buffers) {
      if (kind === 'parameters') continue;
      for (const buffer of buffers) encoder.clearBuffer(buffer);
    }
    void this.#engine.submit(encoder);
  }

  /** Reads all elements of all parameters by name, all as they are at the call. */
  async read(kind: StoreKind = 'parameters'): Promise<Map<string, Float32Array>> {
    const copying = this.#buffersOf(kind).map((buffer, at) =>
      readBuffer(this.#engine, buffer, this.#banks[at]),
    );
    // If one fails, the others' staging buffers are to be free first.
    await Promise.allSettled(copying);
    const values = new Map<string, Float32Array>();
    for (const [at, bytes] of (await Promise.all(copying)).entries()) {
      for (const [name, { bank, offset, shape }] of this.#slots) {
        if (bank !== at) continue;
        const stored = new Float32Array(bytes, offset, storageOf(shape).bytes / 4);
        values.set(name, fromStorage(shape, stored, new Float32Array(sizeOf(shape))));
      }
    }
    return values;
  }

  /** Where a parameter lies, as {@link storageOf} says. */
  locate(name: string): GPUBufferBinding {
    const { bank, offset, shape } = this.#slot(name);
    return { buffer: this.#buffersOf('parameters')[bank], offset, size: storageOf(shape).bytes };
  }

  /** The binding of a reference to a parameter or a range of them; undefined for anything else. */
  resolve(ref: Ref): GPUBufferBinding | undefined {
    if (ref.kind === 'program' || ref.kind === 'packed') return undefined;
    const [kind, first, last] =
      ref.kind === 'tensor'
        ? (['parameters', ref.node, ref.node] as const)
        : ([ref.kind, ref.first, ref.last] as const);
    const begin = this.#slots.get(first.name);
    const end = this.#slots.get(last.name);
    if (!begin || !end) return undefined;
    if (begin.bank !== end.bank) {
      throw new GradweaveError(
        `store: ${first.name} and ${last.name} are bound as one range, and lie in two buffers`,
      );
    }
    const size = end.offset + storageOf(end.shape).bytes - begin.offset;
    return { buffer: this.#buffersOf(kind)[begin.bank], offset: begin.offset, size };
  }

  destroy(): void {
    for (const buffers of this.#buffers.values()) {
      for (const buffer of buffers) this.#engine.buffers.free(buffer);
    }
  }
}
