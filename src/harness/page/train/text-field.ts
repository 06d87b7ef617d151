import { decodeText, type GivenText } from '../../tasks/text.ts';
import { byId } from '../dom.ts';
import { whole } from '../numbers.ts';
import { put, say } from '../words/words.ts';

/** What is no file has no name. */
const PASTED = '';

/** Where the user gives a text to learn from: pasted, chosen or dropped. */
export class TextField {
  readonly #area = byId('text', HTMLTextAreaElement);
  readonly #failed: (error: Error) => void;
  #name: string = PASTED;

  constructor(failed: (error: Error) => void) {
    this.#failed = failed;
    const area = this.#area;
    area.addEventListener('input', () => {
      if (this.#name !== PASTED) this.#name = PASTED;
      this.#tell();
    });
    const input = byId('text-file', HTMLInputElement);
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      input.value = '';
      if (file) void this.#take(file);
    });
    for (const kind of ['dragover', 'dragleave', 'drop'] as const) {
      area.addEventListener(kind, (event) => {
        const { files, types } = event.dataTransfer ?? {};
        // Text that is dropped is pasted.
        if (!types?.includes('Files')) return;
        event.preventDefault();
        area.classList.toggle('over', kind === 'dragover');
        const file = files?.[0];
        if (kind === 'drop' && file) void this.#take(file);
      });
    }
    byId('text-clear').addEventListener('click', () => {
      area.value = '';
      this.#name = PASTED;
      this.#tell();
      area.focus();
    });
    this.#tell();
  }

  /** The text; undefined for the built-in one. */
  get given(): GivenText | undefined {
    const text = this.#area.value;
    return text === '' ? undefined : { name: this.#name || say('pasted text'), text };
  }

  async #take(file: File): Promise<void> {
    try {
      this.#area.value = decodeText(new Uint8Array(await file.arrayBuffer()), file.name);
      this.#name = file.name;
      this.#tell();
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #tell(): void {
    const text = this.#area.value;
    byId('text-clear').hidden = text === '';
    const kinds = new Set(text).size;
    const name = this.#name;
    put(byId('text-facts'), () =>
      text === ''
        ? say('Without a text of yours, it learns the built-in fables.')
        : say('{name}: {count} characters, {kinds} different ones.', {
            name: name === PASTED ? say('pasted text') : name,
            count: whole(text.length),
            kinds: whole(kinds),
          }),
    );
  }
}
