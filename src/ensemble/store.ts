import { GradweaveError } from '../errors.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { readBuffer } from '../graph/executor.ts';
import type { Node } from '../graph/graph.ts';
import type { Ref } from '../graph/op.ts';
import { layOut } from '../graph/store-layout.ts';
import { fromStorage, sizeOf, storageOf, toStorage } from '../graph/tensor.ts';
import { type Located, mostBytesOf, strideFor } from './located.ts';

interface Bank {
  readonly buffer: GPUBuffer;
  readonly stride: number;
}

interface Slot {
  readonly bank: number;
  readonly offset: number;
}

/**
 * The parameters and the optimizer's states of several networks of one shape. Each buffer has a copy of its contents for each
 * network, one behind the other. A network's place in the buffers is its slot.
 */
export class NetworkStore {
  readonly kinds: readonly string[];
  readonly networks: number;
  readonly #gpu: Gpu;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #banks = new Map<string, readonly Bank[]>();
  readonly #made: readonly [readonly Node[], readonly string[], ReadonlySet<string>];

  /**
   * @param parameters in the order of their places
   * @param states the names of the states that the optimizer keeps of each parameter
   * @param loose parameters that a kernel may write together with others of them: each has a buffer of its own
   */
  constructor(
    gpu: Gpu,
    networks: number,
    parameters: readonly Node[],
    states: readonly string[],
    loose: ReadonlySet<string>,
  ) {
    this.#gpu = gpu;
    this.networks = networks;
    this.kinds = ['parameters', ...states];
    this.#made = [parameters, states, loose];
    const most = mostBytesOf(gpu, networks);
    const limits = { maxBufferSize: most, maxStorageBufferBindingSize: most };
    const bound = layOut(
      parameters.filter(({ name }) => !loose.has(name)),
      limits,
    );
    const slots = new Map<string, Slot>(bound.slots);
    const banks = [...bound.banks];
    for (const { name, spec } of parameters) {
      if (!loose.has(name)) continue;
      slots.set(name, { bank: banks.length, offset: 0 });
      banks.push(storageOf(spec).bytes);
    }
    this.#slots = slots;
    this.#shapes = new Map(parameters.map(({ name, spec }) => [name, spec.shape]));
    const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
    for (const kind of this.kinds) {
      const made = banks.map((bytes) => {
        const stride = strideFor(bytes);
        return { buffer: gpu.buffers.allocate(kind, networks * stride, usage), stride };
      });
      this.#banks.set(kind, made);
    }
  }

  /** A new store of the same layout. @throws MemoryError if the device has no memory for it */
  sibling(networks = this.networks): NetworkStore {
    return new NetworkStore(this.#gpu, networks, ...this.#made);
  }

  /** The binding of a reference to a parameter or a range of them; undefined for anything else. */
  resolve(ref: Ref): Located | undefined {
    if (ref.kind === 'program' || ref.kind === 'packed') return undefined;
    const [first, last] = ref.kind === 'tensor' ? [ref.node, ref.node] : [ref.first, ref.last];
    const [begin, end] = [this.#slots.get(first.name), this.#slots.get(last.name)];
    const bank = begin && this.#banks.get(ref.kind === 'state' ? ref.state : 'parameters');
    if (!begin || !end || !bank) return undefined;
    if (begin.bank !== end.bank) {
      throw new GradweaveError(`ensemble: ${first.name} and ${last.name} lie in two buffers`);
    }
    const size = end.offset + storageOf(last.spec).bytes - begin.offset;
    return { ...bank[begin.bank], offset: begin.offset, size };
  }

  /** Writes elements of a network's parameter, row by row. */
  write(slot: number, name: string, values: ArrayLike<number>, kind = 'parameters'): void {
    const { buffer, stride, offset, shape } = this.#place(name, kind);
    const stored = toStorage(shape, values);
    this.#gpu.device.queue.writeBuffer(
      buffer,
      slot * stride + offset,
      stored.buffer,
      stored.byteOffset,
      stored.byteLength,
    );
  }

  #place(name: string, kind: string): Bank & Slot & { readonly shape: readonly number[] } {
    const [slot, banks, shape] = [
      this.#slots.get(name),
      this.#banks.get(kind),
      this.#shapes.get(name),
    ];
    if (!slot || !banks || !shape) throw new GradweaveError(`ensemble: no ${kind} of ${name}`);
    return { ...slot, ...banks[slot.bank], shape };
  }

  /** Reads all parameters of a network by name, as they are at the call. */
  async read(slot: number, kind = 'parameters'): Promise<Map<string, Float32Array>> {
    const banks = this.#banks.get(kind) ?? [];
    const reads = banks.map(({ buffer, stride }) =>
      readBuffer(this.#gpu, buffer, stride, slot * stride),
    );
    // If one fails, the others' buffers are freed before the error is reported.
    await Promise.allSettled(reads);
    const copies = await Promise.all(reads);
    return new Map(
      [...this.#slots].map(([name, { bank, offset }]) => {
        const { shape } = this.#place(name, kind);
        const stored = new Float32Array(copies[bank], offset, storageOf(shape).bytes / 4);
        return [name, fromStorage(shape, stored, new Float32Array(sizeOf(shape)))];
      }),
    );
  }

  /** Sets all states of the optimizer to 0. */
  clearStates(): void {
    const encoder = this.#gpu.device.createCommandEncoder();
    for (const [kind, banks] of this.#banks) {
      if (kind === 'parameters') continue;
      for (const { buffer } of banks) encoder.clearBuffer(buffer);
    }
    void this.#gpu.submit(encoder);
  }

  /** Copies all tensors of a slot of another store of this layout, or of this one, on the GPU. */
  copy(
    encoder: GPUCommandEncoder,
    from: NetworkStore,
    source: number,
    target: number,
    except: readonly string[] = [],
  ): void {
    for (const [kind, banks] of this.#banks) {
      if (except.includes(kind)) continue;
      for (const [i, { buffer, stride }] of banks.entries()) {
        const other = from.#banks.get(kind)?.[i].buffer;
        if (!other) throw new GradweaveError(`ensemble: the other store has no ${kind}`);
        encoder.copyBufferToBuffer(other, source * stride, buffer, target * stride, stride);
      }
    }
  }

  destroy(): void {
    for (const banks of this.#banks.values()) {
      for (const { buffer } of banks) this.#gpu.buffers.free(buffer);
    }
  }
}
