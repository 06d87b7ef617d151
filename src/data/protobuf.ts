/** Protocol buffers' wire format, as far as files need it: https://protobuf.dev/programming-guides/encoding/ */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** An integer of 64 bits in groups of 7 bits, the lowest first; a negative one has ten. */
function pushVarint(into: number[], value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    into.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  into.push(Number(rest));
}

/**
 * Writes one message. Fields are numbered as in its .proto file, and written in the order of the calls. Large ones are kept as
 * they are until `finish()` copies them once.
 */
export class Message {
  readonly #parts: Uint8Array[] = [];

  /** A field of an integer, an enum or a bool. */
  int(field: number, value: number): this {
    return this.#head(field, VARINT, value);
  }

  /** A field of repeated integers, packed. */
  ints(field: number, values: readonly number[]): this {
    const all: number[] = [];
    for (const value of values) pushVarint(all, value);
    return this.bytes(field, Uint8Array.from(all));
  }

  float(field: number, value: number): this {
    return this.#head(field, FIXED32).#push(little(4, [value]));
  }

  /** A field of repeated float, packed. */
  floats(field: number, values: readonly number[]): this {
    return this.bytes(field, little(4, values));
  }

  double(field: number, value: number): this {
    return this.#head(field, FIXED64).#push(little(8, [value]));
  }

  /** A field of repeated double, packed. */
  doubles(field: number, values: readonly number[]): this {
    return this.bytes(field, little(8, values));
  }

  /** A field of a string, of bytes, or of another message. */
  bytes(field: number, value: string | Uint8Array | Message): this {
    if (typeof value === 'string') return this.bytes(field, new TextEncoder().encode(value));
    if (!(value instanceof Message)) return this.#head(field, BYTES, value.length).#push(value);
    this.#head(field, BYTES, value.size);
    for (const part of value.#parts) this.#push(part);
    return this;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** The whole message. */
  finish(): Uint8Array {
    const out = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** @param value an integer, or the length of what follows */
  #head(field: number, kind: number, value?: number): this {
    const head: number[] = [];
    pushVarint(head, field * 8 + kind);
    if (value !== undefined) pushVarint(head, value);
    return this.#push(Uint8Array.from(head));
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part);
    return this;
  }
}

/** Floats of 4 or 8 bytes, the lowest first. */
function little(size: 4 | 8, values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, i) => {
    if (size === 4) view.setFloat32(4 * i, value, true);
    else view.setFloat64(8 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}
