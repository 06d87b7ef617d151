/** The remainders of all bytes, for a polynomial whose bits are reversed. */
function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
    return rest;
  });
}

function crc(table: Uint32Array, bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ table[(rest ^ byte) & 0xff];
  return ~rest >>> 0;
}

const CASTAGNOLI = tableOf(0x82f63b78);
const IEEE = tableOf(0xedb88320);

/** CRC-32C of RFC 3720 (Castagnoli), of TFRecord. */
export const crc32c = (bytes: Uint8Array): number => crc(CASTAGNOLI, bytes);

/** CRC-32 of PNG (W3C PNG, annex D). */
export const crc32 = (bytes: Uint8Array): number => crc(IEEE, bytes);

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
