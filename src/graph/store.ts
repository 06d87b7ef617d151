import { describe, listed } from '../check.ts';
import { GradweaveError, OptionError, ShapeError } from '../errors.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { readBuffer } from './executor.ts';
import type { Node } from './graph.ts';
import type { Ref } from './op.ts';
import { slotBytes } from './parameters.ts';
import { layOut, type StoreLayout } from './store-layout.ts';
import { fromStorage, sizeOf, storageOf, toStorage } from './tensor.ts';

/** Which of a parameter's tensors. */
export type StoreKind = 'parameters' | 'moment1' | 'moment2';

/** A parameter that is another store's: both read and write the same memory. */
export interface Loan {
  readonly store: ParameterStore;
  /** Its name there. */
  readonly name: string;
}

/** Where a tensor lies. */
interface Place {
  readonly buffer: GPUBuffer;
  readonly offset: number;
}

/**
 * Parameters and the optimizer's state on the GPU, apart from any plan: training and evaluation share
 * them. They lie as {@link layOut} says: in one buffer, or in several where one may not be so large;
 * moments are laid out the same. Parameters may be another store's, moments never.
 */
export class ParameterStore {
  readonly #engine: Gpu;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #bytes: number;
  readonly #places = new Map<StoreKind, ReadonlyMap<string, Place>>();
  readonly #own: GPUBuffer[] = [];
  readonly #moments: GPUBuffer[] = [];
  readonly #made: readonly [readonly Node[], 0 | 1 | 2];
  readonly #loans: ReadonlyMap<string, Loan>;
  #users = 1;

  /**
   * @param parameters in the order in which they shall lie
   * @param moments how many states of a parameter's size the optimizer keeps
   * @param loans parameters of other stores, by the names here
   * @throws OptionError where two have one name, and for a vector that is lent without the matrix before it, or
   *   the other way round; MemoryError where one is larger than a binding.
   */
  constructor(
    engine: Gpu,
    parameters: readonly Node[],
    moments: 0 | 1 | 2,
    loans: ReadonlyMap<string, Loan> = new Map(),
  ) {
    this.#engine = engine;
    this.#made = [parameters, moments];
    this.#loans = loans;
    const { limits } = engine.device;
    const whole = layOut(parameters, limits);
    this.#shapes = new Map([...whole.slots].map(([name, { shape }]) => [name, shape]));
    this.#bytes = whole.banks.reduce((sum, bytes) => sum + bytes, 0);
    const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
    const place = (kind: StoreKind, { slots, banks }: StoreLayout): Map<string, Place> => {
      const buffers = banks.map((bytes) => engine.buffers.allocate(kind, bytes, usage));
      this.#own.push(...buffers);
      return new Map(
        [...slots].map(([name, { bank, offset }]) => [name, { buffer: buffers[bank], offset }]),
      );
    };
    const kept = parameters.filter(({ name }) => !loans.has(name));
    const places = place('parameters', kept.length > 0 ? layOut(kept, limits) : NOTHING);
    for (const [name, loan] of loans) places.set(name, loan.store.#place(loan.name));
    this.#places.set('parameters', places);
    checkPairs(parameters, places, loans);
    for (const kind of (['moment1', 'moment2'] as const).slice(0, moments)) {
      const before = this.#own.length;
      this.#places.set(kind, place(kind, whole));
      this.#moments.push(...this.#own.slice(before));
    }
  }

  /** Room for what this store holds. @throws MemoryError where the device has none. */
  sibling(): ParameterStore {
    return new ParameterStore(this.#engine, ...this.#made);
  }

  /** Takes all values of a {@link sibling}, or of the store that this is one of, on the GPU. */
  copyFrom(other: ParameterStore): void {
    const encoder = this.#engine.device.createCommandEncoder();
    for (const kind of this.kinds) {
      for (const [name, shape] of this.#shapes) {
        const [to, from] = [this.#place(name, kind), other.#place(name, kind)];
        const { bytes } = storageOf(shape);
        encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes);
      }
    }
    void this.#engine.submit(encoder);
  }

  /** Whether some are another store's, so that they do not all lie side by side. */
  get lends(): boolean {
    return this.#loans.size > 0;
  }

  /** Whether a parameter's memory is this store's, not lent. */
  owns(name: string): boolean {
    return !this.#loans.has(name);
  }

  /** A parameter as a loan of whose memory it is. */
  lend(name: string): Loan {
    return this.#loans.get(name) ?? { store: this, name };
  }

  get device(): GPUDevice {
    return this.#engine.device;
  }

  /** Bytes of the parameters; the moments have as many each. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Names in order. */
  get names(): string[] {
    return [...this.#shapes.keys()];
  }

  /** The kinds of tensor that are kept. */
  get kinds(): StoreKind[] {
    return [...this.#places.keys()];
  }

  #place(name: string, kind: StoreKind = 'parameters'): Place {
    const places = this.#places.get(kind);
    if (!places) throw new OptionError(`this optimizer keeps no ${kind}`);
    const place = places.get(name);
    if (place) return place;
    throw new OptionError(
      `there is no parameter ${describe(name)}; there are ${listed(this.names)}`,
    );
  }

  /** The shape of a parameter. */
  shapeOf(name: string): readonly number[] {
    this.#place(name);
    return this.#shapes.get(name) ?? [];
  }

  /**
   * Writes a parameter's elements, row by row.
   *
   * @throws ShapeError where the number of elements is another.
   */
  write(name: string, values: ArrayLike<number>, kind: StoreKind = 'parameters'): void {
    const { buffer, offset } = this.#place(name, kind);
    const shape = this.shapeOf(name);
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        `${values.length} values were given for ${name}; its shape [${shape.join(', ')}] has ${sizeOf(shape)}`,
      );
    }
    const stored = toStorage(shape, values);
    this.#engine.device.queue.writeBuffer(
      buffer,
      offset,
      stored.buffer,
      stored.byteOffset,
      stored.byteLength,
    );
  }

  /** Sets the optimizer's state to 0, as it begins. */
  clearMoments(): void {
    const encoder = this.#engine.device.createCommandEncoder();
    for (const buffer of this.#moments) encoder.clearBuffer(buffer);
    void this.#engine.submit(encoder);
  }

  /** Reads all elements of all parameters by name, all as they are at the call. */
  async read(kind: StoreKind = 'parameters'): Promise<Map<string, Float32Array>> {
    const places = this.names.map((name) => [name, this.#place(name, kind)] as const);
    const buffers = [...new Set(places.map(([, { buffer }]) => buffer))];
    const copying = buffers.map((buffer) => readBuffer(this.#engine, buffer, buffer.size));
    // If one fails, the others' staging buffers are to be free first.
    await Promise.allSettled(copying);
    const copies = await Promise.all(copying);
    return new Map(
      places.map(([name, { buffer, offset }]) => {
        const shape = this.shapeOf(name);
        const bytes = copies[buffers.indexOf(buffer)];
        const stored = new Float32Array(bytes, offset, storageOf(shape).bytes / 4);
        return [name, fromStorage(shape, stored, new Float32Array(sizeOf(shape)))];
      }),
    );
  }

  /** Where a parameter lies, as {@link storageOf} says. */
  locate(name: string): GPUBufferBinding {
    return { ...this.#place(name), size: storageOf(this.shapeOf(name)).bytes };
  }

  /** The binding of a reference to a parameter or a range of them; undefined for anything else. */
  resolve(ref: Ref): GPUBufferBinding | undefined {
    if (ref.kind === 'program' || ref.kind === 'packed') return undefined;
    const [kind, first, last] =
      ref.kind === 'tensor'
        ? (['parameters', ref.node, ref.node] as const)
        : ([ref.kind, ref.first, ref.last] as const);
    if (!this.#shapes.has(first.name) || !this.#shapes.has(last.name)) return undefined;
    const [begin, end] = [this.#place(first.name, kind), this.#place(last.name, kind)];
    const size = end.offset + storageOf(this.shapeOf(last.name)).bytes - begin.offset;
    if (begin.buffer !== end.buffer || size <= 0) {
      throw new GradweaveError(
        `store: ${first.name} and ${last.name} are bound as one range, and lie in two buffers`,
      );
    }
    return { buffer: begin.buffer, offset: begin.offset, size };
  }

  /** Somebody else needs the memory, too, until they {@link destroy} as well. */
  retain(): void {
    this.#users++;
  }

  /** Frees what is this store's when all who need it have called this. */
  destroy(): void {
    if (--this.#users > 0) return;
    for (const buffer of this.#own) this.#engine.buffers.free(buffer);
  }
}

const NOTHING: StoreLayout = { slots: new Map(), banks: [] };

/** One kernel updates a matrix and the vector behind it, and binds them as one range. */
function checkPairs(
  parameters: readonly Node[],
  places: ReadonlyMap<string, Place>,
  lent: ReadonlyMap<string, Loan>,
): void {
  for (const [i, vector] of parameters.entries()) {
    const matrix = i > 0 ? parameters[i - 1] : undefined;
    if (!matrix || matrix.spec.shape.length < 2 || vector.spec.shape.length !== 1) continue;
    if (!lent.has(matrix.name) && !lent.has(vector.name)) continue;
    const [one, other] = [places.get(matrix.name), places.get(vector.name)];
    const beside =
      one?.buffer === other?.buffer &&
      (other?.offset ?? 0) - (one?.offset ?? 0) === slotBytes(matrix);
    if (beside) continue;
    throw new OptionError(
      `share: ${matrix.name} and ${vector.name} are of one layer; share both, with weight and bias of one layer of the other trainer, or none`,
    );
  }
}
