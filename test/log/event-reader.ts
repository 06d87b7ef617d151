/** Reads event files, written anew for the tests: TFRecords with their CRCs, and protocol buffers without a schema. */

/** CRC-32C bit by bit, as RFC 3720 defines it. */
function crc32cOf(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** How TFRecord masks a CRC: rotated right by 15 bits, plus a constant. */
function masked(bytes: Uint8Array): number {
  const crc = BigInt(crc32cOf(bytes));
  const rotated = (crc >> 15n) | ((crc << 17n) & 0xffffffffn);
  return Number((rotated + 0xa282ead8n) & 0xffffffffn);
}

/** The data of a file's TFRecords. @throws if a CRC or a length is wrong */
export function tfRecordsOf(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    if (view.getUint32(at + 8, true) !== masked(file.subarray(at, at + 8))) {
      throw new Error(`the CRC of the length at ${at} is wrong`);
    }
    const data = file.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 12 + length, true) !== masked(data)) {
      throw new Error(`the CRC of the data at ${at} is wrong`);
    }
    records.push(data);
    at += 16 + length;
  }
  return records;
}

/** A field's values in order: numbers of varints, or bytes of everything else. */
export type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/** The fields of a message. */
export function fieldsOf(message: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = message[at++];
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const [field, kind] = [tag >>> 3, tag & 7];
    let value: number | Uint8Array;
    if (kind === 0) value = varint();
    else {
      const length = kind === 1 ? 8 : kind === 5 ? 4 : varint();
      value = message.subarray(at, at + length);
      at += length;
    }
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

const viewOf = (bytes: unknown): DataView => {
  const { buffer, byteOffset, byteLength } = bytes as Uint8Array;
  return new DataView(buffer, byteOffset, byteLength);
};

export const doubleOf = (bytes: unknown): number => viewOf(bytes).getFloat64(0, true);
export const floatOf = (bytes: unknown): number => viewOf(bytes).getFloat32(0, true);
export const textOf = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);
export const doublesOf = (bytes: unknown): number[] => {
  const view = viewOf(bytes);
  return Array.from({ length: view.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true));
};

/** One value of a file: where and when, and the fields of Summary.Value. */
export interface Found {
  readonly time: number;
  readonly step: number;
  readonly tag: string;
  readonly value: Fields;
}

/** All values of a file, in order. */
export function valuesOf(file: Uint8Array): Found[] {
  return tfRecordsOf(file).flatMap((record) => {
    const event = fieldsOf(record);
    const time = doubleOf(event.get(1)?.[0]);
    const step = Number(event.get(2)?.[0] ?? 0);
    const [summary] = event.get(5) ?? [];
    const values = summary ? (fieldsOf(summary as Uint8Array).get(1) ?? []) : [];
    return values.map((bytes) => {
      const value = fieldsOf(bytes as Uint8Array);
      return { time, step, tag: textOf(value.get(1)?.[0]), value };
    });
  });
}
