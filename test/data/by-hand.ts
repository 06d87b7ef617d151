/**
 * Reads and writes safetensors files as the format's description says, with nothing of the engine's: what
 * reader and writer of the engine got wrong in the same way would show here.
 */

/** A tensor of a file: its bytes, and these as floats. */
export interface HandTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The contents of a file. */
export interface HandFile {
  readonly tensors: ReadonlyMap<string, HandTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Field {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The bytes of a text in base64. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export function readByHand(file: Uint8Array): HandFile {
  const bytes = file.slice();
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const { __metadata__: metadata = {}, ...fields } = header;
  const tensors = Object.entries<Field>(fields).map(([name, { dtype, shape, data_offsets }]) => {
    const [begin, end] = data_offsets;
    return [
      name,
      { dtype, shape, bytes: bytes.slice(8 + length + begin, 8 + length + end) },
    ] as const;
  });
  return { tensors: new Map(tensors), metadata };
}

export function writeByHand({ tensors, metadata }: HandFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + end);
  new DataView(file.buffer).setUint32(0, json.length, true);
  file.set(json, 8);
  let at = 8 + json.length;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
