import { ofFile } from '../alert.ts';
import { byId } from '../dom.ts';
import { isOfWeights } from '../error-words.ts';
import { isImported, type RunRecord } from '../notebook/run-store.ts';
import { put, say } from '../words/words.ts';

/** Weights that a run begins with. */
export interface GivenWeights {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The run of the list that they are, if they were imported. */
  readonly run?: RunRecord | undefined;
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
   * @param test lists them as a run; throws if the file has none, or others: what was chosen before then stays
   */
  async take(file: File, test: (bytes: Uint8Array) => Promise<RunRecord>): Promise<RunRecord> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const run = await test(bytes);
    this.choose({ name: file.name, bytes, run });
    return run;
  }

  /** The run that stands in the list for the chosen weights and is not trained yet: what starts from them takes its place. */
  placeIn(runs: readonly RunRecord[]): RunRecord | undefined {
    const run = this.#given?.run;
    return run && runs.includes(run) && isImported(run) ? run : undefined;
  }

  /** An error of a start, with the name of the weights if they are not those of the network. */
  named(error: unknown): unknown {
    if (!this.#given || !(error instanceof Error) || !isOfWeights(error)) return error;
    return ofFile(this.#given.name, error);
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
