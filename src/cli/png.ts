import { inflateSync } from 'node:zlib';
import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import type { PixelData } from '../data/pictures.ts';
import { DataError } from '../errors.ts';

/** Chunks of a palette, and those that every file needs. */
const COLOURS = ['PLTE', 'tRNS'];
const KEPT = [...COLOURS, 'IHDR', 'IDAT', 'IEND'];

/** The most pixels of a picture: memory for 64 million is 256 MB. */
const MOST_PIXELS = 2 ** 26;

/** Samples of a pixel by the colour type: grey, RGB, an index, grey and alpha, RGB and alpha. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Where the passes of an interlaced file begin, and how far apart their pixels are: [x, y, every x, every y]. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * The pixels of a PNG file as red, green, blue and alpha of 8 bits; of more bits the first eight.
 *
 * @param name the file's, for messages
 * @throws DataError if it is not a whole PNG file, has more than 2²⁶ pixels, or is interlaced with less than 8 bits
 */
export function pngPixels(bytes: Uint8Array, name: string): PixelData {
  try {
    const png = decode(checked(bytes), { checkCrc: true });
    return { width: png.width, height: png.height, data: rgbaOf(png) };
  } catch (error) {
    if (error instanceof TooLarge) throw new DataError(`'${name}' has ${error.message}`);
    throw new DataError(`'${name}' is not a whole PNG file: ${(error as Error).message}`);
  }
}

class TooLarge extends Error {}

/**
 * The chunks of a file that say what its pixels are. The decoder unpacks whatever a file claims, and takes what is missing
 * for zeros.
 *
 * @throws Error if its header is wrong, or its data are not those of so many pixels
 */
function checked(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: { readonly kind: string; readonly begin: number; readonly end: number }[] = [];
  let at = 8;
  while (chunks.at(-1)?.kind !== 'IEND') {
    if (at + 12 > bytes.length) throw new Error('it ends before its last chunk');
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) throw new Error(`its chunk ${kind} is cut off`);
    chunks.push({ kind, begin: at, end });
    at = end;
  }
  const headers = chunks.filter(({ kind }) => kind === 'IHDR');
  if (headers.length !== 1 || chunks[0].kind !== 'IHDR' || chunks[0].end !== 8 + 25) {
    throw new Error('it does not begin with one header');
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colours, , , interlaced] = bytes.subarray(24, 29);
  if (width * height === 0) throw new Error('it has no pixels');
  if (width * height > MOST_PIXELS) {
    throw new TooLarge(`${width}×${height} pixels; at most ${MOST_PIXELS} are read`);
  }
  if (interlaced && depth < 8) {
    throw new Error(`it is interlaced with ${depth} bits; save it without interlacing`);
  }
  const bits = depth * (SAMPLES[colours] ?? 0);
  const passes = interlaced ? PASSES : [[0, 0, 1, 1]];
  const need = passes.reduce((sum, [x, y, everyX, everyY]) => {
    const columns = Math.ceil((width - x) / everyX);
    const rows = Math.ceil((height - y) / everyY);
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * bits) / 8)) : sum;
  }, 0);
  const strange = chunks.find(({ kind }) => /^[A-Z]/.test(kind) && !KEPT.includes(kind));
  if (strange) throw new Error(`its chunk ${JSON.stringify(strange.kind)} is none of PNG`);
  const isIndexed = colours === 3;
  if (isIndexed && !chunks.some(({ kind }) => kind === 'PLTE'))
    throw new Error('it has no palette');
  const parts = chunks.filter(({ kind }) => kind === 'IDAT');
  const data = parts.map(({ begin, end }) => bytes.subarray(begin + 8, end - 4));
  const has = unpackedSize(Buffer.concat(data), need);
  if (has !== need) {
    throw new Error(
      `its data have ${has > need ? 'more than ' : ''}${Math.min(has, need)} bytes; its pixels are ${need}`,
    );
  }
  // Other kinds of colour may have a palette as a suggestion, which the decoder would apply.
  const kept = chunks.filter(
    ({ kind }) => KEPT.includes(kind) && (isIndexed || !COLOURS.includes(kind)),
  );
  return Buffer.concat([
    bytes.subarray(0, 8),
    ...kept.map(({ begin, end }) => bytes.subarray(begin, end)),
  ]);
}

/** How many bytes it unpacks to, or one more than the most. */
function unpackedSize(packed: Uint8Array, most: number): number {
  try {
    return inflateSync(packed, { maxOutputLength: most + 1 }).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return most + 1;
    throw error;
  }
}

function rgbaOf(png: DecodedPng): Uint8Array {
  const { width, height, depth, palette, channels: own } = png;
  const values = palette ? convertIndexedToRgb(png) : depth < 8 ? unpacked(png) : png.data;
  const channels = palette ? palette[0].length : own;
  const scale = depth === 16 ? (value: number) => value >> 8 : (value: number) => value;
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const at = (channel: number): number => scale(values[i * channels + channel]);
    const grey = channels < 3;
    rgba[4 * i] = at(0);
    rgba[4 * i + 1] = at(grey ? 0 : 1);
    rgba[4 * i + 2] = at(grey ? 0 : 2);
    rgba[4 * i + 3] = channels % 2 === 1 ? 255 : at(channels - 1);
  }
  return rgba;
}

/** Grey of 1, 2 or 4 bits as 8 bits; each row begins with a byte. */
function unpacked({ width, height, depth, data }: DecodedPng): Uint8Array {
  const most = 2 ** depth - 1;
  const rowBytes = Math.ceil((width * depth) / 8);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)];
    return (255 * ((byte >> (8 - depth - (bit & 7))) & most)) / most;
  });
}
