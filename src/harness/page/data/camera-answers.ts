import { fromRgb } from '../../own/colours.ts';
import { make } from '../dom.ts';
import { sharesTitle } from '../inside/class-bars.ts';
import { largest, sharesOf, shareText } from '../inside/pictures.ts';
import type { Remote } from '../remote.ts';

/** What a network learned. */
export interface Learned {
  /** Its data. */
  readonly name: string;
  readonly classes: readonly string[];
  /** Numbers of a pixel: 3 for red, green and blue. */
  readonly channels: number;
}

/** Whether two networks learned the same classes of the same data, in the same colours. */
export const isSame = (one: Learned, other: Learned): boolean =>
  one.name === other.name &&
  one.channels === other.channels &&
  JSON.stringify(one.classes) === JSON.stringify(other.classes);

/** What the network that learned from a camera says of what the camera sees; nothing of other networks. */
export class CameraAnswers {
  readonly element = make('ol', { class: 'bars' });
  readonly #remote: Remote;
  #learned: Learned | undefined;
  #busy = false;

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  /** Frames were made data of: answers are those of networks that learned from them. */
  of(learned: Learned): void {
    this.#learned = learned;
  }

  clear(): void {
    this.element.replaceChildren();
  }

  /**
   * Asks for an answer, if none is on its way.
   *
   * @param frame red, green and blue
   * @param seen whether the frame is still what is seen when it comes
   */
  async ask(frame: Uint8Array | undefined, seen: () => boolean): Promise<void> {
    const learned = this.#learned;
    if (!learned || this.#busy) return;
    if (!frame) return this.clear();
    this.#busy = true;
    try {
      const { outputs, data, loss } = await this.#remote.call('classify', [
        fromRgb(frame, learned.channels === 1 ? 1 : 3),
      ]);
      // Another network may have taken its place.
      if (!seen() || !isSame(data, learned)) return this.clear();
      const shares = sharesOf(outputs, loss);
      const best = largest(shares);
      const bars = learned.classes.map((name, i) =>
        make(
          'li',
          i === best ? { class: 'best' } : {},
          make('span', { translate: 'no' }, name),
          make('meter', {
            max: '1',
            value: String(shares[i]),
            'aria-label': name,
            translate: 'no',
          }),
          make('span', {}, shareText(shares[i], loss)),
        ),
      );
      this.element.setAttribute('aria-label', sharesTitle(loss));
      this.element.replaceChildren(...bars);
    } catch {
      // There is no network, it is being made, or it learns from no images.
      this.clear();
    } finally {
      this.#busy = false;
    }
  }
}
