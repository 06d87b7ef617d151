import { OptionError, ShapeError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import { readBuffer } from './executor.ts';
import type { Node } from './graph.ts';
import type { Ref } from './op.ts';
import { slotBytes } from './parameters.ts';
import { fromStorage, sizeOf, storageOf, toStorage } from './tensor.ts';

/** Which of a parameter's tensors. */
export type StoreKind = 'parameters' | 'moment1' | 'moment2';

/**
 * Parameters and the optimizer's state on the GPU, apart from any plan: training and evaluation share
 * them. Parameters lie one behind the other, each on a boundary that a binding may begin at; moments
 * are laid out the same.
 */
export class ParameterStore {
  readonly #engine: Engine;
  readonly #slots = new Map<
    string,
    { readonly offset: number; readonly shape: readonly number[] }
  >();
  readonly #buffers = new Map<StoreKind, GPUBuffer>();
  /** Bytes of one of the buffers. */
  readonly bytes: number;

  /**
   * @param parameters in the order in which they shall lie
   * @param moments how many states of a parameter's size the optimizer keeps
   */
  constructor(engine: Engine, parameters: readonly Node[], moments: 0 | 1 | 2) {
    this.#engine = engine;
    let offset = 0;
    for (const node of parameters) {
      if (this.#slots.has(node.name)) {
        throw new OptionError(`two parameters are called ${node.name}; give each its own name`);
      }
      this.#slots.set(node.name, { offset, shape: node.spec.shape });
      offset += slotBytes(node);
    }
    this.bytes = offset;
    const kinds: StoreKind[] = ['parameters', 'moment1', 'moment2'];
    for (const kind of kinds.slice(0, 1 + moments)) {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      this.#buffers.set(kind, engine.buffers.allocate(kind, offset, usage));
    }
  }

  /** Names in order. */
  get names(): string[] {
    return [...this.#slots.keys()];
  }

  /** The kinds of tensor that are kept. */
  get kinds(): StoreKind[] {
    return [...this.#buffers.keys()];
  }

  #slot(name: string): { offset: number; shape: readonly number[] } {
    const slot = this.#slots.get(name);
    if (!slot) {
      throw new OptionError(`there is no parameter ${name}; there are ${this.names.join(', ')}`);
    }
    return slot;
  }

  #buffer(kind: StoreKind): GPUBuffer {
    const buffer = this.#buffers.get(kind);
    if (!buffer) throw new OptionError(`this optimizer keeps no ${kind}`);
    return buffer;
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
    const { offset, shape } = this.#slot(name);
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        `${values.length} values were given for ${name}; its shape [${shape.join(', ')}] has ${sizeOf(shape)}`,
      );
    }
    const stored = toStorage(shape, values);
    this.#engine.device.queue.writeBuffer(
      this.#buffer(kind),
      offset,
      stored.buffer,
      stored.byteOffset,
      stored.byteLength,
    );
  }

  /** Sets the optimizer's state to 0, as it begins. */
  clearMoments(): void {
    const encoder = this.#engine.device.createCommandEncoder();
    for (const [kind, buffer] of this.#buffers) {
      if (kind !== 'parameters') encoder.clearBuffer(buffer);
    }
    this.#engine.device.queue.submit([encoder.finish()]);
  }

  /** Reads all elements of all parameters, by name. */
  async read(kind: StoreKind = 'parameters'): Promise<Map<string, Float32Array>> {
    const bytes = await readBuffer(this.#engine, this.#buffer(kind), this.bytes);
    const values = new Map<string, Float32Array>();
    for (const [name, { offset, shape }] of this.#slots) {
      const stored = new Float32Array(bytes, offset, storageOf(shape).bytes / 4);
      values.set(name, fromStorage(shape, stored, new Float32Array(sizeOf(shape))));
    }
    return values;
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
    const size = end.offset + storageOf(end.shape).bytes - begin.offset;
    return { buffer: this.#buffer(kind), offset: begin.offset, size };
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) this.#engine.buffers.free(buffer);
  }
}
