import { byId } from '../dom.ts';
import { put, say } from '../words/words.ts';

/** Weights that a run begins with. */
export interface GivenWeights {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The weights that the next run starts from: new ones, or those that were chosen. */
export class StartingWeights {
  #given: GivenWeights | undefined;

  /** @param taken called with a file of weights that somebody gives */
  constructor(taken: (file: File) => void) {
    const input = byId('import', HTMLInputElement);
    byId('from-clear').addEventListener('click', () => {
      this.choose(undefined);
      // The button is hidden now.
      input.focus();
    });
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      input.value = '';
      if (file) taken(file);
    });
  }

  /** Undefined for new weights. */
  get bytes(): Uint8Array | undefined {
    return this.#given?.bytes;
  }

  /**
   * Chooses a file's weights.
   *
   * @param check throws if the file has none: what was chosen before then stays
   */
  async take(file: File, check: (bytes: Uint8Array) => Promise<unknown>): Promise<void> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    await check(bytes);
    this.choose({ name: file.name, bytes });
  }

  /** Chooses the weights to start the next run from; new ones if undefined. */
  choose(given: GivenWeights | undefined): void {
    this.#given = given;
    byId('from').hidden = !given;
    put(byId('from-text'), () =>
      given ? say('The next run starts from {name}.', { name: given.name }) : '',
    );
  }
}
