import type { AttentionPicture } from '../../worker/text-study.ts';
import { byId, onScheme } from '../dom.ts';
import { errorText } from '../error-words.ts';
import type { Remote } from '../remote.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { sayAsOf } from './as-of.ts';
import { drawHeads, type HeadPlace } from './attention-heads.ts';
import { AttentionMatrix } from './attention-matrix.ts';

/** Milliseconds between two looks while the network trains. */
const LOOK_MS = 5000;

/** What each head of a transformer looks at in a text: small matrices to choose from, and a large one. */
export class AttentionView {
  readonly #remote: Remote;
  readonly #matrix = new AttentionMatrix();
  #picture: AttentionPicture | undefined;
  #chosen: HeadPlace = { layer: 0, head: 0 };
  #asking = false;
  #live = false;

  constructor(remote: Remote) {
    this.#remote = remote;
    byId('attention-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.refresh();
    });
    onScheme(() => this.#draw());
    onLanguage(() => {
      byId('attention-heads').replaceChildren();
      this.#draw();
    });
    setInterval(() => {
      if (this.#live && !document.hidden) void this.refresh();
    }, LOOK_MS);
  }

  /** Whether the panel is visible and the network trains: then it is looked at again and again. */
  set live(live: boolean) {
    this.#live = live;
  }

  /** A network was made: what is shown is of an earlier one. */
  clear(): void {
    this.#picture = undefined;
    this.#matrix.show(undefined);
    byId('attention-body').hidden = true;
    put(byId('attention-status'), () => '');
    sayAsOf('looked', undefined);
  }

  /** Looks again, with the weights of the moment. */
  async refresh(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const status = byId('attention-status');
    if (!this.#picture) put(status, () => say('Looking at the text…'));
    const wanted = byId('attention-text', HTMLInputElement).value;
    try {
      const picture = await this.#remote.call('attention', [wanted]);
      this.#picture = picture;
      const { characters } = picture;
      const missing = wanted !== '' && !wanted.startsWith(characters.join(''));
      put(status, () =>
        missing ? say('Characters that the network does not know are left out.') : '',
      );
      sayAsOf('looked', picture.epochs);
      byId('attention-body').hidden = false;
      this.#draw();
    } catch (error) {
      put(status, () => errorText(error));
    } finally {
      this.#asking = false;
    }
  }

  #draw(): void {
    const { layers, characters } = this.#picture ?? { layers: [], characters: [] };
    const { layer, head } = this.#chosen;
    drawHeads(layers, characters.length, this.#chosen, (chosen) => {
      this.#chosen = chosen;
      this.#draw();
    });
    const weights = layers[layer]?.heads[head] ?? new Float32Array();
    this.#matrix.show({ head: this.#chosen, characters, weights });
  }
}
