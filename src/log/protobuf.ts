/** Protocol buffers' wire format, as far as event files need it: https://protobuf.dev/programming-guides/encoding */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const encoder = new TextEncoder();

/** Writes one message. Fields are numbered as in its .proto file, and written in the order of the calls. */
export class Message {
  readonly #bytes: number[] = [];

  /** A field of int32, int64, an enum or a bool: a whole number from 0 to 2⁵³ − 1. */
  int(field: number, value: number): this {
    this.#varint(8 * field + VARINT);
    this.#varint(value);
    return this;
  }

  double(field: number, value: number): this {
    this.#varint(8 * field + FIXED64);
    return this.#float64(value);
  }

  float(field: number, value: number): this {
    this.#varint(8 * field + FIXED32);
    return this.#append(new Uint8Array(little(4, (view) => view.setFloat32(0, value, true))));
  }

  /** A field of repeated double, packed. */
  doubles(field: number, values: readonly number[]): this {
    this.#varint(8 * field + BYTES);
    this.#varint(8 * values.length);
    for (const value of values) this.#float64(value);
    return this;
  }

  /** A field of a string, of bytes, or of another message. */
  bytes(field: number, value: string | Uint8Array | Message): this {
    const bytes =
      typeof value === 'string'
        ? encoder.encode(value)
        : value instanceof Message
          ? value.finish()
          : value;
    this.#varint(8 * field + BYTES);
    this.#varint(bytes.length);
    return this.#append(bytes);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #float64(value: number): this {
    return this.#append(new Uint8Array(little(8, (view) => view.setFloat64(0, value, true))));
  }

  #append(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** Seven bits a byte, the lowest first. */
  #varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) | 0x80);
    this.#bytes.push(rest);
  }
}

function little(bytes: number, write: (view: DataView) => void): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes);
  write(new DataView(buffer));
  return buffer;
}
