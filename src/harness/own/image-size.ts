/** The size of an image, from its first bytes: browsers decode a whole image before they tell. */

/** What the first bytes of an image say. */
export interface ImageHead {
  readonly kind: 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP';
  readonly width: number;
  readonly height: number;
}

/**
 * Reads what an image is and how large. Formats: PNG (W3C), JPEG (ITU T.81, its start of frame), GIF89a, WebP (its VP8, VP8L and
 * VP8X chunks), BMP.
 *
 * @returns undefined for anything else, and for what is cut off
 */
export function imageHead(bytes: Uint8Array): ImageHead | undefined {
  if (bytes.length < 26) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a) {
    return { kind: 'PNG', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (view.getUint32(0) === 0x47494638) {
    return { kind: 'GIF', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (view.getUint16(0) === 0x424d) {
    const [width, height] = [view.getInt32(18, true), view.getInt32(22, true)];
    return { kind: 'BMP', width: Math.abs(width), height: Math.abs(height) };
  }
  if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return webp(view);
  return view.getUint16(0) === 0xffd8 ? jpeg(view) : undefined;
}

function webp(view: DataView): ImageHead | undefined {
  if (view.byteLength < 30) return undefined;
  const kind = 'WebP';
  const three = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (view.getUint32(12)) {
    case 0x56503820: // VP8, a key frame
      return {
        kind,
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case 0x5650384c: {
      // VP8L
      const bits = view.getUint32(21, true);
      return { kind, width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 0x56503858: // VP8X
      return { kind, width: three(24) + 1, height: three(27) + 1 };
    default:
      return undefined;
  }
}

/** The start of frame holds the size; segments before it are passed over. */
function jpeg(view: DataView): ImageHead | undefined {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { kind: 'JPEG', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** Most pixels of an image: 64 million, 256 MB decoded. */
const MOST_PIXELS = 64e6;

/** @returns why an image cannot be used, if that is so */
export function problemOfHead(head: ImageHead | undefined): string | undefined {
  if (!head) return 'no PNG, JPEG, GIF, WebP or BMP, or cut off';
  const { kind, width, height } = head;
  if (width === 0 || height === 0) return `a ${kind} of ${width} × ${height} pixels`;
  if (width * height <= MOST_PIXELS) return undefined;
  return `${width} × ${height} pixels, more than the 64 million that are read; make it smaller`;
}
