/**
 * Writes protobuf's wire format: fields in the order in which they are given, as far as ONNX needs it.
 * https://protobuf.dev/programming-guides/encoding/
 */
const [VARINT, LENGTH, FIXED32] = [0, 2, 5];

const encoder = /* @__PURE__ */ new TextEncoder();

/** An integer of 64 bits in groups of 7 bits, the lowest first; a negative one has ten. */
function pushVarint(into: number[], value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    into.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  into.push(Number(rest));
}

/** One message. Large fields are kept as they are until `bytes()` copies them once. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];

  #push(numbers: readonly number[]): void {
    this.#parts.push(Uint8Array.from(numbers));
  }

  #head(field: number, kind: number, length?: number): void {
    const head: number[] = [];
    pushVarint(head, field * 8 + kind);
    if (length !== undefined) pushVarint(head, length);
    this.#push(head);
  }

  /** @param value an integer */
  integer(field: number, value: number): void {
    this.#head(field, VARINT, value);
  }

  /** Integers, one after another in one field. */
  integers(field: number, values: readonly number[]): void {
    const all: number[] = [];
    for (const value of values) pushVarint(all, value);
    this.bytes(field, Uint8Array.from(all));
  }

  /** A float32. */
  float(field: number, value: number): void {
    this.#head(field, FIXED32);
    this.#parts.push(littleEndian([value]));
  }

  /** Float32s, one after another in one field. */
  floats(field: number, values: readonly number[]): void {
    this.bytes(field, littleEndian(values));
  }

  text(field: number, value: string): void {
    this.bytes(field, encoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#head(field, LENGTH, value.length);
    this.#parts.push(value);
  }

  message(field: number, inner: MessageWriter): void {
    this.#head(field, LENGTH, inner.size);
    for (const part of inner.#parts) this.#parts.push(part);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** The whole message. */
  whole(): Uint8Array {
    const out = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

function littleEndian(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}
