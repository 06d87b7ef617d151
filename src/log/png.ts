import { crc32 } from '../data/crc.ts';
import { adler32 } from './checksums.ts';
import { joined } from './join.ts';

/** Bytes of a picture, row by row: one a pixel if it is grey, three if it is coloured. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Most bytes of a stored block (RFC 1951, 3.2.4). */
const STORED = 65_535;

const uint32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];

/** A picture as a PNG file, not compressed: pictures of weights hardly shrink. */
export function pngOf({ width, height, channels, pixels }: Picture): Uint8Array {
  const stride = width * channels;
  const rows = new Uint8Array(height * (1 + stride));
  // Each row begins with its filter, 0: none.
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * stride, (row + 1) * stride), row * (1 + stride) + 1);
  }
  const header = [...uint32(width), ...uint32(height), 8, channels === 1 ? 0 : 2, 0, 0, 0];
  return joined([
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', Uint8Array.from(header)),
    chunk('IDAT', stored(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** A zlib stream (RFC 1950) of stored blocks. */
function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < bytes.length; at += STORED) {
    const block = bytes.subarray(at, at + STORED);
    const { length } = block;
    const last = at + length === bytes.length ? 1 : 0;
    const head = [last, length & 0xff, length >>> 8, ~length & 0xff, (~length >>> 8) & 0xff];
    parts.push(Uint8Array.from(head), block);
  }
  return joined([...parts, Uint8Array.from(uint32(adler32(bytes)))]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined([new TextEncoder().encode(type), data]);
  const { length } = data;
  return joined([Uint8Array.from(uint32(length)), body, Uint8Array.from(uint32(crc32(body)))]);
}
