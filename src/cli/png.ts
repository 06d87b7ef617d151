import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import type { PixelData } from '../data/pictures.ts';
import { DataError } from '../errors.ts';

/** The most pixels of a picture: memory for 64 million is 256 MB. */
const MOST_PIXELS = 2 ** 26;

/** Where a PNG file's size is: behind its signature, and the length and the name of its first chunk. */
const SIZE_AT = 16;

/**
 * The pixels of a PNG file as red, green, blue and alpha of 8 bits; of more bits the first eight.
 *
 * @param name the file's, for messages
 * @throws DataError if it is not a whole PNG file, or has more than 2²⁶ pixels
 */
export function pngPixels(bytes: Uint8Array, name: string): PixelData {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Before anything is allocated: a small file can claim to be huge.
  const [width, height] =
    bytes.length < SIZE_AT + 8 ? [0, 0] : [view.getUint32(SIZE_AT), view.getUint32(SIZE_AT + 4)];
  if (width * height > MOST_PIXELS) {
    throw new DataError(`'${name}' has ${width}×${height} pixels; at most ${MOST_PIXELS} are read`);
  }
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
    return { width: png.width, height: png.height, data: rgbaOf(png) };
  } catch (error) {
    throw new DataError(`'${name}' is not a whole PNG file: ${(error as Error).message}`);
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
