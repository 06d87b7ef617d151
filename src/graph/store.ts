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

/** A kind of tensor that a parameter has: `parameters`, or a state of the optimizer by its name. */
export type StoreKind = string;

/** A parameter of another store. Both stores read and write the same memory. */
export interface Loan {
  readonly store: ParameterStore;
  /** Its name in that store. */
  readonly name: string;
  /** The tensor that is lent in its place. Default the parameter. */
  readonly kind?: StoreKind;
}

/** A tensor's memory. */
interface Place {
  readonly buffer: GPUBuffer;
  readonly offset: number;
}

/**
 * Parameters and the optimizer's state on the GPU, which training and evaluation share. {@link layOut} places
 * them in one buffer, or in several if one would be too large, and the moments in the same way. Parameters may
 * belong to another store; moments never do.
 */
export class ParameterStore {
  readonly #engine: Gpu;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #bytes: number;
  readonly #places = new Map<StoreKind, ReadonlyMap<string, Place>>();
  readonly #own: GPUBuffer[] = [];
  readonly #moments: GPUBuffer[] = [];
  readonly #made: readonly [readonly Node[], readonly string[]];
  readonly #loans: ReadonlyMap<string, Loan>;
  #users = 1;

  /**
   * @param parameters in the order of their places
   * @param states the names of the states that the optimizer keeps of each parameter
   * @param loans parameters of other stores, by their names in this one
   * @throws OptionError if two have the same name, or if only one of a layer's weight and bias is lent;
   *   MemoryError if a parameter is too large for one binding
   */
  constructor(
    engine: Gpu,
    parameters: readonly Node[],
    states: readonly string[],
    loans: ReadonlyMap<string, Loan> = new Map(),
  ) {
    this.#engine = engine;
    this.#made = [parameters, states];
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
    for (const [name, loan] of loans) places.set(name, loan.store.#place(loan.name, loan.kind));
    this.#places.set('parameters', places);
    checkPairs(parameters, places, loans);
    for (const kind of states) {
      const before = this.#own.length;
      this.#places.set(kind, place(kind, whole));
      this.#moments.push(...this.#own.slice(before));
    }
  }

  /** The same memory with states in the places of parameters, to be read, not trained. */
  view(kindOf: (name: string) => StoreKind): ParameterStore {
    const [parameters] = this.#made;
    const loans = new Map(
      this.names.map((name) => [name, { store: this, name, kind: kindOf(name) }] as const),
    );
    return new ParameterStore(this.#engine, parameters, [], loans);
  }

  /** Copies the parameters to a state of each, on the GPU. */
  copyTo(kind: StoreKind): void {
    const encoder = this.#engine.device.createCommandEncoder();
    for (const name of this.names) {
      const [from, to] = [this.#place(name), this.#place(name, kind)];
      const { bytes } = storageOf(this.shapeOf(name));
      encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes);
    }
    void this.#engine.submit(encoder);
  }

  /** A new store of the same size and layout. @throws MemoryError if the device has no memory for it */
  sibling(): ParameterStore {
    return new ParameterStore(this.#engine, ...this.#made);
  }

  /** Copies all values from a {@link sibling}, or from the store that this is a sibling of, on the GPU. */
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

  /** Bytes of the parameters. Each moment has as many. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The parameters' names, in order. */
  get names(): string[] {
    return [...this.#shapes.keys()];
  }

  /** The kinds of tensor in this store. */
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
   * @throws ShapeError if the number of elements is wrong
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

  /** Sets the optimizer's state to 0, as at the start of training. */
  clearMoments(): void {
    const encoder = this.#engine.device.createCommandEncoder();
    for (const buffer of this.#moments) encoder.clearBuffer(buffer);
    void this.#engine.submit(encoder);
  }

  /** Reads all parameters by name, as they are at the call. */
  async read(kind: StoreKind = 'parameters'): Promise<Map<string, Float32Array>> {
    const places = this.names.map((name) => [name, this.#place(name, kind)] as const);
    const buffers = [...new Set(places.map(([, { buffer }]) => buffer))];
    const copying = buffers.map((buffer) => readBuffer(this.#engine, buffer, buffer.size));
    // If one fails, wait until the others have freed their staging buffers.
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

  /** A parameter's memory, in the layout of {@link storageOf}. */
  locate(name: string): GPUBufferBinding {
    return { ...this.#place(name), size: storageOf(this.shapeOf(name)).bytes };
  }

  /** The binding of a reference to a parameter or a range of them; undefined for anything else. */
  resolve(ref: Ref): GPUBufferBinding | undefined {
    if (ref.kind === 'program' || ref.kind === 'packed') return undefined;
    const [first, last] = ref.kind === 'tensor' ? [ref.node, ref.node] : [ref.first, ref.last];
    const kind = ref.kind === 'state' ? ref.state : 'parameters';
    if (!this.#shapes.has(first.name) || !this.#shapes.has(last.name)) return undefined;
    const [begin, end] = [this.#place(first.name, kind), this.#place(last.name, kind)];
    const size = end.offset + storageOf(this.shapeOf(last.name)).bytes - begin.offset;
    if (begin.buffer !== end.buffer || size <= 0) {
      throw new GradweaveError(`store: ${first.name} and ${last.name} lie in two buffers`);
    }
    return { buffer: begin.buffer, offset: begin.offset, size };
  }

  /** Adds a user of the memory, who must call {@link destroy} too. */
  retain(): void {
    this.#users++;
  }

  /** Frees this store's buffers once every user has called this. */
  destroy(): void {
    if (--this.#users > 0) return;
    for (const buffer of this.#own) this.#engine.buffers.free(buffer);
  }
}

const NOTHING: StoreLayout = { slots: new Map(), banks: [] };

/** One kernel updates a matrix and the vector after it, and binds them as one range. */
function checkPairs(
  parameters: readonly Node[],
  places: ReadonlyMap<string, Place>,
  lent: ReadonlyMap<string, Loan>,
): void {
  for (const [i, vector] of parameters.entries()) {
    const matrix = i > 0 ? parameters[i - 1] : undefined;
    if (!matrix || matrix.spec.shape.length < 2 || vector.spec.shape.length !== 1) continue;
    const loan = lent.get(matrix.name) ?? lent.get(vector.name);
    // A view is not trained.
    if (!loan || loan.kind) continue;
    const [one, other] = [places.get(matrix.name), places.get(vector.name)];
    const beside =
      one?.buffer === other?.buffer &&
      (other?.offset ?? 0) - (one?.offset ?? 0) === slotBytes(matrix);
    if (beside) continue;
    throw new OptionError(
      `share: ${matrix.name} and ${vector.name} belong to one layer; share neither, or both with one layer of the other trainer`,
    );
  }
}
