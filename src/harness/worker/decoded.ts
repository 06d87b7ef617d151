import { imageHead, problemOfHead } from '../own/image-size.ts';

/** A file whose bytes are read when they are needed. */
export interface Source {
  readonly path: string;
  readonly size: number;
  bytes(): Promise<Uint8Array>;
}

/** Largest file of an image. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Decodes an image.
 *
 * @returns the square in its middle, size × size pixels of red, green, blue and alpha
 * @throws Error with why it cannot be read
 */
export async function decoded(source: Source, size: number): Promise<Uint8ClampedArray> {
  if (source.size > MOST_BYTES) {
    throw new Error(`${(source.size / 2 ** 20).toFixed(0)} MiB, more than the 64 that are read`);
  }
  const bytes = await source.bytes();
  const problem = problemOfHead(imageHead(bytes));
  if (problem !== undefined) throw new Error(problem);
  const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>])).catch(() => {
    throw new Error('damaged: this browser cannot decode it');
  });
  try {
    const canvas = new OffscreenCanvas(size, size);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('this browser has no 2D canvas in workers');
    const side = Math.min(bitmap.width, bitmap.height);
    const [x, y] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, x, y, side, side, 0, 0, size, size);
    return context.getImageData(0, 0, size, size).data;
  } finally {
    bitmap.close();
  }
}
