import { byId, find } from '../dom.ts';
import { put } from '../words/words.ts';

/** Takes the latest deletion back, until the next one. */
export class Undo {
  #undo: (() => void) | undefined;

  constructor() {
    byId('undo-button').addEventListener('click', () => this.#undo?.());
  }

  /** Offers it. @param text what was deleted */
  offer(text: () => string, undo: () => void): void {
    const place = byId('undo');
    put(find(place, 'span'), text);
    place.hidden = false;
    byId('undo-button').focus();
    this.#undo = () => {
      place.hidden = true;
      this.#undo = undefined;
      undo();
    };
  }
}
