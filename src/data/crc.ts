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

const CASTAGNOLI = /* @__PURE__ */ tableOf(0x82f63b78);
const IEEE = /* @__PURE__ */ tableOf(0xedb88320);

/** CRC-32C of RFC 3720 (Castagnoli), of TFRecord. */
export const crc32c = (bytes: Uint8Array): number => crc(CASTAGNOLI, bytes);

/** CRC-32 of ISO 3309, of PNG (W3C PNG, annex D), zip and gzip. */
export const crc32 = (bytes: Uint8Array): number => crc(IEEE, bytes);
