/** Images that the visitor gives in folders or as a zip: they are read as the form says, and again when that changes. */
import type { Making } from '../../own/colours.ts';
import type { OwnFacts } from '../../worker/own-facts.ts';
import { counted, whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { asks } from './asked-files.ts';
import { filesByName, type NamedFile } from './given-files.ts';
import { refusal } from './given-words.ts';
import type { AskOwn } from './own-calls.ts';
import { chosenMaking } from './own-settings.ts';
import { NO_CLASS } from './refused-file.ts';

/** Milliseconds of reading between two words on how far it is. */
const READ_MS = 150;

/** Files by their paths. */
type Files = Readonly<Record<string, Blob>>;

/** Images that were made, and how to make them again. */
export interface MadeImages {
  readonly facts: OwnFacts;
  readonly making: Making;
  again(): Promise<MadeImages>;
}

export class ImageFiles {
  readonly #ask: AskOwn;
  readonly #tell: (text: () => string) => void;
  /** Those that were given so far, by their paths: folders may come one by one. */
  #files: Files = {};

  /** @param tell called with how far reading is */
  constructor(ask: AskOwn, tell: (text: () => string) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  /**
   * Images in folders. The folders of the classes may come one by one.
   *
   * @returns the images, or what is asked for as long as there is one class only
   */
  async folders(files: readonly NamedFile[]): Promise<MadeImages | (() => string)> {
    const placed = files.some(({ name }) => name.includes('/'));
    if (!placed) throw refusal(files.map(({ name }) => [name, NO_CLASS]));
    this.#files = { ...this.#files, ...filesByName(files) };
    const paths = Object.keys(this.#files);
    const folders = new Set(paths.map((path) => path.split('/').at(-2) ?? ''));
    if (folders.size === 1 && !folders.has('')) {
      const [folder] = folders;
      return () =>
        say('{images} of the class {folder}. Give another class, too.', {
          images: counted(paths.length, 'image'),
          folder: folder.slice(0, 60),
        });
    }
    const given = this.#files;
    try {
      const roots = new Set(paths.map((path) => path.split('/')[0]));
      const root =
        roots.size === 1 ? files[0].name.split('/')[0] : [...folders].slice(0, 3).join(', ');
      return await this.read(root, given);
    } catch (error) {
      this.#files = {};
      throw error;
    }
  }

  /** Makes data of images in folders, or in a zip. */
  async read(name: string, files: Files): Promise<MadeImages> {
    const making = chosenMaking();
    const total = await this.#ask('readImages', name, making, files);
    for (let done = 0; done < total; ) {
      done = await this.#ask('readMore', READ_MS);
      this.#tell(() =>
        say('Read {done} of {total} images…', { done: whole(done), total: whole(total) }),
      );
    }
    const facts = await this.#ask('useImages');
    this.#tell(asks);
    return { facts, making, again: () => this.read(name, files) };
  }
}
