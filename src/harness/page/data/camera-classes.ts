import { find, make } from '../dom.ts';
import { say } from '../words/words.ts';
import { CameraClass } from './camera-class.ts';
import { freeName } from './free-name.ts';

/** Fewest frames of a class. */
const FEWEST = 5;
/** Most classes. */
const MOST_CLASSES = 20;

/** The classes that a camera is shown, each with its frames, and what they lack to learn from. */
export class CameraClasses {
  readonly element = make('ol', { class: 'camera-classes' });
  readonly #sees: () => Uint8Array | undefined;
  readonly #isGrey: () => boolean;
  readonly #changed: () => void;
  #all: readonly CameraClass[] = [];

  /**
   * @param sees what the camera sees; nothing without one
   * @param isGrey whether networks see frames in grey
   * @param changed called after a class, its name or its frames have changed
   */
  constructor(sees: () => Uint8Array | undefined, isGrey: () => boolean, changed: () => void) {
    this.#sees = sees;
    this.#isGrey = isGrey;
    this.#changed = changed;
  }

  /** The frames of each: red, green and blue. */
  get frames(): Pick<CameraClass, 'name' | 'frames'>[] {
    return this.#all.map(({ name, frames }) => ({ name, frames }));
  }

  /** Adds one, unless there are too many. @returns the field of the last one's name */
  add(): HTMLInputElement {
    const name = freeName(
      this.#all.map((one) => one.name),
      (number) => say('Class {number}', { number }),
    );
    const one: CameraClass = new CameraClass(name, this.#sees, this.#isGrey, this.#changed, () => {
      one.stop();
      one.element.remove();
      this.#all = this.#all.filter((other) => other !== one);
      this.#changed();
    });
    if (this.#all.length < MOST_CLASSES) {
      this.#all = [...this.#all, one];
      this.element.append(one.element);
    }
    this.#changed();
    return find<HTMLInputElement>(this.element.lastElementChild ?? one.element, 'input');
  }

  /** What is still needed to learn from them; '' if nothing is. */
  problem(): string {
    const names = this.#all.map(({ name }) => name);
    if (names.length < 2) return say('Two classes are needed.');
    if (names.includes('')) return say('Each class needs a name.');
    if (new Set(names).size < names.length) return say('Each class needs a name of its own.');
    if (this.#all.some(({ frames }) => frames.length < FEWEST)) {
      return say('Each class needs {count} frames or more.', { count: FEWEST });
    }
    return '';
  }

  /** Takes no more frames. */
  stop(): void {
    for (const one of this.#all) one.stop();
  }

  /** Shows all frames again, as networks see them now. */
  recolour(): void {
    for (const one of this.#all) one.recolour();
  }
}
