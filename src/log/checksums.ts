import { crc32c } from '../data/crc.ts';

/** TFRecord's CRC: that of data which contain CRCs themselves would be weak, so it is rotated by 15 bits and shifted. */
export function maskedCrc(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

/** Adler-32 of RFC 1950. */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return ((high << 16) | low) >>> 0;
}
