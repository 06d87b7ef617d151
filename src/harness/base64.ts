/** Bytes as text, for messages that are JSON. */

/** Characters that `fromCharCode` takes at once. */
const PART = 8192;

/** Bytes in base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += PART) {
    text += String.fromCharCode(...bytes.subarray(i, i + PART));
  }
  return btoa(text);
}

/** The bytes of {@link toBase64}. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
