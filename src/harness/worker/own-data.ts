import type { ImageDataset } from '../../data/dataset.ts';
import { FASHION_MNIST } from '../../data/fashion-mnist.ts';
import { DataError, OptionError } from '../../errors.ts';
import type { Making } from '../own/colours.ts';
import type { ReadTable } from '../own/columns.ts';
import { ownName } from '../own/own-name.ts';
import type { Photos } from '../own/photos.ts';
import type { TableChoice } from '../own/table.ts';
import type { Missing } from '../tasks/idx-missing.ts';
import { type IdxPart, openIdx } from '../tasks/idx-part.ts';
import { assemble } from '../tasks/image-files.ts';
import type { GivenData, OwnSet } from '../tasks/job.ts';
import type { ImageReading } from './image-reading.ts';
import {
  factsOfImages,
  factsOfTable,
  type OwnFacts,
  previewOf,
  type TablePreview,
} from './own-facts.ts';

/** What became of files that were given. */
export interface GivenFiles {
  /** What is used from now on. */
  readonly facts?: OwnFacts;
  /** Files of a data set that are there; others may follow. */
  readonly have: number;
  readonly missing: readonly Missing[];
  /** The others, and what they are, in words. */
  readonly odd: readonly (readonly [name: string, what: string])[];
}

/** Frames of a camera for a class. */
export interface FramesOfClass {
  readonly name: string;
  /** side × side × 3 bytes each: red, green and blue. */
  readonly frames: readonly Uint8Array[];
}

/** Most pixels of an image: the widest layer that the form takes. */
const MOST_PIXELS = 65_536;

/** What the page can ask for. */
export type OwnCalls = Pick<
  OwnData,
  | 'forgetTable'
  | 'lookAtTable'
  | 'readImages'
  | 'readMore'
  | 'takeFiles'
  | 'useFrames'
  | 'useImages'
  | 'useTable'
>;

/** Data from the visitor. They are in memory alone, and end with the page. Code that reads them is loaded when there are some. */
export class OwnData {
  #parts: readonly IdxPart[] = [];
  #fashion: ImageDataset | undefined;
  #own: OwnSet | undefined;
  /** Tables that were looked at: several may be, at the same time. */
  readonly #tables = new Map<number, { readonly name: string; readonly read: ReadTable }>();
  #looked = 0;
  #reading: ImageReading | undefined;

  /** What runs learn from. */
  get given(): Pick<GivenData, 'images' | 'own'> {
    return { images: this.#fashion, own: this.#own };
  }

  /**
   * Takes IDX files, as MNIST's and its kin's. They may come one by one: once images and labels to train and to test on are there,
   * they are used.
   *
   * @throws DataError if files contradict each other; the earlier data stay in use, and the files have to be given anew
   */
  async takeFiles(files: Readonly<Record<string, Blob>>): Promise<GivenFiles> {
    const odd: [name: string, what: string][] = [];
    const parts = [...this.#parts];
    for (const [name, file] of Object.entries(files)) {
      // One after the other: each may take hundreds of megabytes.
      const part = await openIdx(name, new Uint8Array(await file.arrayBuffer()));
      if (typeof part === 'string') odd.push([name, part]);
      else if (!parts.some(({ sums }) => sums.sha256 === part.sums.sha256)) parts.push(part);
    }
    this.#parts = [];
    const { dataset, missing } = assemble(parts);
    if (!dataset) {
      this.#parts = parts;
      return { have: parts.length, missing, odd };
    }
    const { height, width } = dataset.train;
    if (height * width > MOST_PIXELS) {
      throw new DataError(
        `the images have ${height} × ${width} pixels; this page trains on up to ${MOST_PIXELS}. The library takes larger ones`,
      );
    }
    this.#use(dataset);
    return { facts: factsOfImages(dataset), have: parts.length, missing, odd };
  }

  #use(dataset: ImageDataset, photos?: Photos): void {
    if (dataset.name === FASHION_MNIST) this.#fashion = dataset;
    else this.#own = { data: 'images', dataset, ...(photos ? { photos } : {}) };
  }

  /**
   * Reads a table of comma-separated values; {@link useTable} then learns from it. A run goes on meanwhile.
   *
   * @param named whether the first line has the columns' names. Default: by what it holds
   * @param numbers columns that hold numbers: a text in them is a missing value
   */
  async lookAtTable(
    name: string,
    file: Blob,
    named?: boolean,
    numbers?: readonly number[],
  ): Promise<TablePreview> {
    const { MOST_BYTES, parsing, tableText } = await import('../own/csv.ts');
    const { readingColumns } = await import('../own/columns.ts');
    const { inPieces } = await import('../own/in-pieces.ts');
    if (file.size > MOST_BYTES) {
      throw new DataError(
        `${name} has ${Math.round(file.size / 2 ** 20)} MiB; at most ${MOST_BYTES / 2 ** 20} are read. Give a part of its rows or columns`,
      );
    }
    try {
      const text = tableText(new Uint8Array(await file.arrayBuffer()));
      const read = await inPieces(readingColumns(await inPieces(parsing(text)), named, numbers));
      if (read.rows.length === 0) throw new DataError('there are no rows below the first line');
      const id = this.#looked++;
      this.#tables.set(id, { name, read });
      return { id, ...previewOf(read) };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(`${name}: ${error.message}`, { cause: error });
    }
  }

  /** Learns from a table that was looked at. */
  async useTable(id: number, choice: TableChoice): Promise<OwnFacts> {
    const looked = this.#tables.get(id);
    if (!looked) throw new OptionError('this table is not here any more; give its file again');
    const { preparingTable } = await import('../own/table.ts');
    const { inPieces } = await import('../own/in-pieces.ts');
    const { name, read } = looked;
    const table = await inPieces(preparingTable(ownName(name), read, choice));
    this.#own = { data: 'table', table };
    return factsOfTable(table);
  }

  /** Frees a table that was looked at. What was learned from it stays. */
  forgetTable(id: number): void {
    this.#tables.delete(id);
  }

  /** Begins to read images in folders, or in a zip archive. @returns how many there are; {@link readMore} reads them */
  async readImages(
    name: string,
    making: Making,
    files: Readonly<Record<string, Blob>>,
  ): Promise<number> {
    this.#reading = undefined;
    const { ImageReading } = await import('./image-reading.ts');
    this.#reading = await ImageReading.open(ownName(name), making, files);
    return this.#reading.total;
  }

  /** Reads for about so long. @returns how many images have been read; once all have, {@link useImages} learns from them */
  readMore(ms: number): Promise<number> {
    if (!this.#reading) throw new OptionError('no images were given yet');
    return this.#reading.more(ms);
  }

  useImages(): OwnFacts {
    if (!this.#reading) throw new OptionError('no images were given yet');
    const { dataset, ...others } = this.#reading.finish();
    this.#reading = undefined;
    this.#use(dataset, { inverted: others.inverted });
    return { ...factsOfImages(dataset), ...others };
  }

  /** Learns from frames of a camera. */
  async useFrames(
    name: string,
    { side, colour }: Making,
    classes: readonly FramesOfClass[],
  ): Promise<OwnFacts> {
    const { imagesData } = await import('../own/images.ts');
    const { fromRgb, hasColours } = await import('../own/colours.ts');
    const all = classes.flatMap(({ frames }) => frames);
    const coloured = colour === '' ? all.some((frame) => hasColours(frame, 3)) : colour === 'rgb';
    const channels = coloured ? 3 : 1;
    const dataset = imagesData({
      ...{ name: ownName(name), side, channels },
      classes: classes.map((one) => one.name),
      images: all.map((frame) => fromRgb(frame, channels)),
      labels: classes.flatMap(({ frames }, i) => frames.map(() => i)),
    });
    this.#use(dataset, { inverted: false });
    return factsOfImages(dataset);
  }
}
