import type { ImageDataset } from '../../data/dataset.ts';
import { assemble, type IdxPart, openIdx } from '../tasks/image-files.ts';

/** What became of files that were given. */
export interface GivenFiles {
  /** Of the data set that is used from now on. */
  readonly name?: string;
  /** Files of a data set that are there; others may follow. */
  readonly have: number;
  /** What is still missing, in words. */
  readonly missing: readonly string[];
  /** What the others are, in words, by their names. */
  readonly odd: Readonly<Record<string, string>>;
}

/** Data from the visitor. They are in memory alone, and end with the page. */
export class OwnData {
  #parts: readonly IdxPart[] = [];
  #images: ImageDataset | undefined;

  /** The images to learn from instead of those next to the page. */
  get images(): ImageDataset | undefined {
    return this.#images;
  }

  /**
   * Takes IDX files, as MNIST's and its kin's. They may come one by one: once images and labels to train and to test on are there,
   * they are used.
   *
   * @throws DataError if files contradict each other; the earlier data stay in use, and the files have to be given anew
   */
  async takeFiles(files: Readonly<Record<string, Blob>>): Promise<GivenFiles> {
    const odd: Record<string, string> = {};
    const parts = [...this.#parts];
    for (const [name, file] of Object.entries(files)) {
      // One after the other: each may take hundreds of megabytes.
      const part = await openIdx(name, new Uint8Array(await file.arrayBuffer()));
      if (typeof part === 'string') odd[name] = part;
      else if (!parts.some(({ sums }) => sums.sha256 === part.sums.sha256)) parts.push(part);
    }
    this.#parts = [];
    const { dataset, missing } = assemble(parts);
    if (!dataset) {
      this.#parts = parts;
      return { have: parts.length, missing, odd };
    }
    this.#images = dataset;
    return { name: dataset.name, have: parts.length, missing, odd };
  }
}
