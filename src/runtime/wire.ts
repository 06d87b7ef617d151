/**
 * Messages between the command and its child as text: JSON with typed arrays, maps, NaN and infinities.
 * Node's own serialisation differs between versions, and Deno has a different one.
 */

const ARRAYS = {
  Uint8Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
} as const;

type ArrayName = keyof typeof ARRAYS;

/** Represents a value that JSON cannot: `{ $: kind, value }`. */
interface Tagged {
  readonly $: string;
  readonly value: unknown;
}

const isTagged = (value: unknown): value is Tagged =>
  typeof value === 'object' && value !== null && '$' in value;

function tag(_: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { $: 'number', value: String(value) };
  }
  if (value instanceof Map) return { $: 'map', value: [...value] };
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    return { $: value.constructor.name, value: bytes.toString('base64') };
  }
  return value;
}

function untag(_: string, value: unknown): unknown {
  if (!isTagged(value)) return value;
  if (value.$ === 'number') return Number(value.value);
  if (value.$ === 'map') return new Map(value.value as Iterable<[unknown, unknown]>);
  const Type = ARRAYS[value.$ as ArrayName];
  const bytes = Uint8Array.from(Buffer.from(String(value.value), 'base64'));
  return new Type(bytes.buffer);
}

/** A message as text. */
export const pack = (message: unknown): string => JSON.stringify(message, tag);

/** A message from text. */
export const unpack = (text: string): unknown => JSON.parse(text, untag);
