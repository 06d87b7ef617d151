/** Reads images of the visitor's into a data set; loaded when there are some. */
import type { ImageDataset } from '../../data/dataset.ts';
import { readZip } from '../../data/zip.ts';
import { DataError } from '../../errors.ts';
import { type Folders, sortIntoClasses } from '../own/folders.ts';
import { imageHead, problemOfHead } from '../own/image-size.ts';
import { greyOf, imagesData } from '../own/images.ts';

/** A file whose bytes are read when they are needed. */
interface Source {
  readonly path: string;
  readonly size: number;
  bytes(): Promise<Uint8Array>;
}

/** Largest file of an image. */
const MOST_BYTES = 64 * 2 ** 20;
/** Largest archive: it is in memory while it is read. */
const MOST_ZIP = 2 ** 30;
/** Most bytes of all images together. */
const MOST_TOTAL = 256 * 2 ** 20;
/** Images that are decoded at a time. */
const AT_ONCE = 4;
/** Above this share of images with light corners, all are inverted: the other data are light on dark. */
const LIGHT = 0.8;

/** An image that could not be used, and why. */
export type Refused = readonly [path: string, why: string];

/** What was made of images. */
export interface ReadImages {
  readonly dataset: ImageDataset;
  readonly refused: readonly Refused[];
  /** Whether folders said which images are tested. */
  readonly parted: boolean;
  readonly inverted: boolean;
}

/** Reads images by and by, so that whoever waits can be told how far it is. */
export class ImageReading {
  readonly #name: string;
  readonly #side: number;
  readonly #folders: Folders;
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #read: (Uint8Array | undefined)[] = [];
  readonly #refused: Refused[];

  private constructor(name: string, side: number, sources: readonly Source[]) {
    this.#name = name;
    this.#side = side;
    this.#folders = sortIntoClasses(sources.map(({ path }) => path));
    const bytes = this.#folders.images.length * side * side;
    if (bytes > MOST_TOTAL) {
      throw new DataError(
        `${this.#folders.images.length} images of ${side} × ${side} are more than ${MOST_TOTAL / 2 ** 20} MiB; choose a smaller size, or give fewer images`,
      );
    }
    this.#sources = new Map(sources.map((source) => [source.path, source]));
    this.#refused = this.#folders.strays.map((path) => [path, 'lies in no folder of a class']);
  }

  /**
   * @param side rows and columns that each image gets
   * @param files by their paths, or one zip archive
   * @throws DataError for a broken or too large archive, and as {@link sortIntoClasses}
   */
  static async open(
    name: string,
    side: number,
    files: Readonly<Record<string, Blob>>,
  ): Promise<ImageReading> {
    const entries = Object.entries(files);
    const [first] = entries;
    if (entries.length === 1 && /\.zip$/i.test(first[0])) {
      const sources = await unzipped(...first);
      return new ImageReading(name, side, sources);
    }
    const sources = entries.map(([path, blob]): Source => {
      const bytes = async () => new Uint8Array(await blob.arrayBuffer());
      return { path, size: blob.size, bytes };
    });
    return new ImageReading(name, side, sources);
  }

  get total(): number {
    return this.#folders.images.length;
  }

  /**
   * Reads some more images.
   *
   * @param ms for about how long
   * @returns how many have been read
   */
  async more(ms: number): Promise<number> {
    const until = performance.now() + ms;
    while (this.#read.length < this.total && performance.now() < until) {
      const from = this.#read.length;
      const some = this.#folders.images.slice(from, from + AT_ONCE);
      this.#read.push(...(await Promise.all(some.map(({ path }) => this.#take(path)))));
    }
    return this.#read.length;
  }

  async #take(path: string): Promise<Uint8Array | undefined> {
    try {
      const source = this.#sources.get(path);
      if (!source) return undefined;
      return await decoded(source, this.#side);
    } catch (error) {
      this.#refused.push([path, error instanceof Error ? error.message : String(error)]);
      return undefined;
    }
  }

  /** @throws DataError as {@link imagesData}; it names some images that could not be read */
  finish(): ReadImages {
    const { classes, images, parted } = this.#folders;
    const side = this.#side;
    const kept = images.flatMap((placed, i) => {
      const read = this.#read[i];
      return read ? [{ ...placed, read }] : [];
    });
    const light = kept.filter(({ read }) => lightGround(read, side)).length;
    const inverted = light > LIGHT * kept.length;
    try {
      const dataset = imagesData({
        ...{ name: this.#name, side, classes, labels: kept.map(({ label }) => label) },
        images: kept.map(({ read }) => (inverted ? read.map((value) => 255 - value) : read)),
        ...(parted ? { parts: kept.map(({ part }) => part ?? 'train') } : {}),
      });
      return { dataset, refused: this.#refused, parted, inverted };
    } catch (error) {
      const [one] = this.#refused;
      if (!(error instanceof DataError) || !one) throw error;
      throw new DataError(
        `${error.message}. ${this.#refused.length} files could not be read, as ${one[0]}: ${one[1]}`,
        { cause: error },
      );
    }
  }
}

async function unzipped(name: string, file: Blob): Promise<Source[]> {
  if (file.size > MOST_ZIP) {
    throw new DataError(
      `${name} has ${(file.size / 2 ** 30).toFixed(1)} GiB; at most 1 GiB is read. Make the images smaller, or give the folder`,
    );
  }
  const entries = readZip(new Uint8Array(await file.arrayBuffer()));
  return entries.map(({ name: path, size, unpack }) => ({ path, size, bytes: unpack }));
}

/** @returns side × side grey bytes of the square in the image's middle; @throws Error with why it cannot be read */
async function decoded(source: Source, size: number): Promise<Uint8Array> {
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
    return greyOf(context.getImageData(0, 0, size, size).data);
  } finally {
    bitmap.close();
  }
}

/** Whether the corners are light. */
function lightGround(image: Uint8Array, side: number): boolean {
  const corners = [0, side - 1, side * (side - 1), side * side - 1];
  return corners.reduce((sum, at) => sum + image[at], 0) > 2 * 255;
}
