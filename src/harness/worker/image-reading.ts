/** Reads images of the visitor's into a data set; loaded when there are some. */
import type { ImageDataset } from '../../data/dataset.ts';
import { readZip } from '../../data/zip.ts';
import { DataError } from '../../errors.ts';
import { asChannels, type Channels, hasColours, type Making, spread } from '../own/colours.ts';
import { type Folders, sortIntoClasses } from '../own/folders.ts';
import { imagesData } from '../own/images.ts';
import { decoded, type Source } from './decoded.ts';

/** A file that is read when it is needed: a Blob, or what is like one. */
export type GivenFile = Pick<Blob, 'size' | 'arrayBuffer'>;

/** Largest archive: it is in memory while it is read. */
const MOST_ZIP = 2 ** 30;
/** Most bytes of all images together. */
const MOST_TOTAL = 256 * 2 ** 20;
/** Images that are decoded at a time. */
const AT_ONCE = 4;
/** Images that are looked at for colours, all over the classes. */
const LOOKED = 100;
/** Above this share of grey images with light corners, all are inverted: the other data are light on dark. */
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
  readonly #making: Making;
  readonly #folders: Folders;
  readonly #sources: ReadonlyMap<string, Source>;
  /** The images' places in the order in which they are read: first those that are looked at for colours. */
  readonly #order: readonly number[];
  readonly #looked: number;
  /** How many have been read, and those that could be, by their places. */
  #done = 0;
  readonly #read = new Map<number, Uint8Array>();
  /** With alpha, until it is known whether there are colours. */
  readonly #open = new Map<number, Uint8ClampedArray>();
  #channels: Channels | undefined;
  readonly #refused: Refused[];

  private constructor(name: string, making: Making, sources: readonly Source[]) {
    this.#name = name;
    this.#making = making;
    this.#folders = sortIntoClasses(sources.map(({ path }) => path));
    const { colour } = making;
    const looked = colour === '' ? spread(this.total, LOOKED) : [];
    const first = new Set(looked);
    const all = Array.from({ length: this.total }, (_, i) => i);
    this.#order = [...looked, ...all.filter((i) => !first.has(i))];
    this.#looked = looked.length;
    if (colour === '') this.#needRoom(1);
    else this.#decide(colour === 'rgb' ? 3 : 1);
    this.#sources = new Map(sources.map((source) => [source.path, source]));
    this.#refused = this.#folders.strays.map((path) => [path, 'lies in no folder of a class']);
  }

  /** @throws DataError if all images together have too many bytes */
  #needRoom(channels: Channels): void {
    const { side } = this.#making;
    if (this.total * side * side * channels <= MOST_TOTAL) return;
    const [size, most] = [`${side} × ${side}`, `${MOST_TOTAL / 2 ** 20} MiB`];
    throw new DataError(
      channels === 3
        ? `${this.total} images of ${size} in colour are more than ${most}; choose a smaller size, or grey`
        : `${this.total} images of ${size} are more than ${most}; choose a smaller size, or give fewer images`,
    );
  }

  /** All images are made like this from now on. */
  #decide(channels: Channels): void {
    this.#needRoom(channels);
    this.#channels = channels;
    for (const [image, pixels] of this.#open) this.#read.set(image, asChannels(pixels, channels));
    this.#open.clear();
  }

  /**
   * @param making how large, and in which colours
   * @param files by their paths, or one zip archive
   * @throws DataError for a broken or too large archive, and as {@link sortIntoClasses}
   */
  static async open(
    name: string,
    making: Making,
    files: Readonly<Record<string, GivenFile>>,
  ): Promise<ImageReading> {
    const entries = Object.entries(files);
    const [first] = entries;
    if (entries.length === 1 && /\.zip$/i.test(first[0])) {
      const sources = await unzipped(...first);
      return new ImageReading(name, making, sources);
    }
    const sources = entries.map(([path, blob]): Source => {
      const bytes = async () => new Uint8Array(await blob.arrayBuffer());
      return { path, size: blob.size, bytes };
    });
    return new ImageReading(name, making, sources);
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
    while (this.#done < this.total && performance.now() < until) {
      const some = this.#order.slice(this.#done, this.#done + AT_ONCE);
      await Promise.all(some.map((image) => this.#take(image)));
      this.#done += some.length;
      if (this.#channels === undefined && this.#done >= this.#looked) {
        const coloured = [...this.#open.values()].some((pixels) => hasColours(pixels, 4));
        this.#decide(coloured ? 3 : 1);
      }
    }
    return this.#done;
  }

  async #take(image: number): Promise<void> {
    const { path } = this.#folders.images[image];
    try {
      const source = this.#sources.get(path);
      if (!source) return;
      const pixels = await decoded(source, this.#making.side);
      if (this.#channels) this.#read.set(image, asChannels(pixels, this.#channels));
      else this.#open.set(image, pixels);
    } catch (error) {
      this.#refused.push([path, error instanceof Error ? error.message : String(error)]);
    }
  }

  /** @throws DataError as {@link imagesData}; it names some images that could not be read */
  finish(): ReadImages {
    const { classes, images, parted } = this.#folders;
    const { side } = this.#making;
    const channels = this.#channels ?? 1;
    const kept = images.flatMap((placed, i) => {
      const read = this.#read.get(i);
      return read ? [{ ...placed, read }] : [];
    });
    const light = channels === 1 ? kept.filter(({ read }) => lightGround(read, side)).length : 0;
    const inverted = light > LIGHT * kept.length;
    try {
      const dataset = imagesData({
        ...{ name: this.#name, side, channels, classes },
        labels: kept.map(({ label }) => label),
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

async function unzipped(name: string, file: GivenFile): Promise<Source[]> {
  if (file.size > MOST_ZIP) {
    throw new DataError(
      `${name} has ${(file.size / 2 ** 30).toFixed(1)} GiB; at most 1 GiB is read. Make the images smaller, or give the folder`,
    );
  }
  const entries = readZip(new Uint8Array(await file.arrayBuffer()));
  return entries.map(({ name: path, size, unpack }) => ({ path, size, bytes: unpack }));
}

/** Whether the corners of a grey image are light. */
function lightGround(image: Uint8Array, side: number): boolean {
  const corners = [0, side - 1, side * (side - 1), side * side - 1];
  return corners.reduce((sum, at) => sum + image[at], 0) > 2 * 255;
}
