import { LOSS_NAMES } from '../../tasks/choice-facts.ts';
import type { OwnFacts } from '../../worker/own-facts.ts';
import { byId, find, make } from '../dom.ts';
import { largest, sharesOf } from '../inside/pictures.ts';
import { percent } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { put, say } from '../words/words.ts';
import { type Camera, openCameraOf } from './camera.ts';
import { CameraClass } from './camera-class.ts';
import type { AskOwn } from './own-calls.ts';

/** Milliseconds between two predictions. */
const WATCH_MS = 250;
/** Fewest frames of a class. */
const FEWEST = 5;
/** Most classes. */
const MOST_CLASSES = 20;

/** Frames of a camera by class, a button that trains on them, and what the network then says of what the camera sees. */
export class CameraCard {
  /** Rows and columns of frames. */
  readonly side: number;
  readonly #remote: Remote;
  readonly #ask: AskOwn;
  readonly #used: (facts: OwnFacts) => void;
  readonly #element: HTMLElement;
  readonly #list = make('ol', { class: 'camera-classes' });
  readonly #train: HTMLButtonElement;
  readonly #help = make('p', { class: 'help', role: 'status' });
  readonly #said = make('ol', { class: 'bars' });
  #classes: CameraClass[] = [];
  #camera: Camera | undefined;
  /** Names of the classes that the network was trained on. */
  #learned: readonly string[] = [];
  #watching: ReturnType<typeof setInterval> | undefined;
  #busy = false;

  constructor(remote: Remote, ask: AskOwn, side: number, used: (facts: OwnFacts) => void) {
    this.side = side;
    this.#remote = remote;
    this.#ask = ask;
    this.#used = used;
    const title = make('h2', { tabindex: '-1' });
    const add = make('button', { type: 'button', click: () => this.#add().focus() });
    const close = make('button', { type: 'button', click: () => this.close() });
    this.#train = make('button', {
      type: 'button',
      class: 'primary',
      click: () => void this.#learn(),
    });
    put(title, () => say('Learn from the camera'));
    put(add, () => say('Add a class'));
    put(close, () => say('Close the camera'));
    put(this.#train, () => say('Train on these frames'));
    const what = make('p', { class: 'help' });
    put(what, () =>
      say(
        'Name each class, hold its button (or the space bar on it) while you show it, then train. Frames are {side} × {side} and grey, stay in this tab, and are not sent anywhere.',
        { side },
      ),
    );
    this.#element = make(
      'section',
      { class: 'card camera', id: 'camera', 'aria-label': say('Learn from the camera') },
      title,
      what,
      make(
        'div',
        { class: 'camera-body' },
        make('div', { class: 'camera-sees' }, this.#video(), this.#said),
        make(
          'div',
          {},
          this.#list,
          make('div', { class: 'actions' }, this.#train, add, close),
          this.#help,
        ),
      ),
    );
    for (let i = 0; i < 2; i++) this.#add();
  }

  #video(): HTMLVideoElement {
    const video = make('video', {
      playsinline: true,
      muted: true,
      'aria-label': say('What the camera sees'),
    });
    video.muted = true;
    return video;
  }

  /** @throws Error if there is no camera, with what to do */
  async open(): Promise<void> {
    if (this.#camera) return this.#element.scrollIntoView({ block: 'nearest' });
    this.#camera = await openCameraOf(find<HTMLVideoElement>(this.#element, 'video'), this.side);
    find(document, '.work .controls').after(this.#element);
    find(this.#element, 'h2').focus();
    this.#tell();
    this.#watching = setInterval(() => void this.#watch(), WATCH_MS);
  }

  close(): void {
    clearInterval(this.#watching);
    for (const one of this.#classes) one.stop();
    this.#camera?.stop();
    this.#camera = undefined;
    this.#element.remove();
    byId('data-camera').focus();
  }

  #add(): HTMLInputElement {
    const name = say('Class {number}', { number: this.#classes.length + 1 });
    const one: CameraClass = new CameraClass(
      name,
      () => this.#camera?.frame() ?? new Uint8Array(this.side ** 2),
      () => this.#tell(),
      () => {
        one.stop();
        one.element.remove();
        this.#classes = this.#classes.filter((other) => other !== one);
        this.#tell();
      },
    );
    if (this.#classes.length < MOST_CLASSES) {
      this.#classes.push(one);
      this.#list.append(one.element);
    }
    this.#tell();
    return find<HTMLInputElement>(this.#list.lastElementChild ?? one.element, 'input');
  }

  /** Says what is still needed. */
  #tell(): void {
    const names = this.#classes.map(({ name }) => name);
    const few = this.#classes.some(({ frames }) => frames.length < FEWEST);
    const problem = (): string => {
      if (names.length < 2) return say('Two classes are needed.');
      if (names.includes('')) return say('Each class needs a name.');
      if (new Set(names).size < names.length) return say('Each class needs a name of its own.');
      if (few) return say('Each class needs {count} frames or more.', { count: FEWEST });
      return '';
    };
    put(this.#help, problem);
    this.#train.disabled = problem() !== '';
  }

  async #learn(): Promise<void> {
    const classes = this.#classes.map(({ name, frames }) => ({ name, frames }));
    try {
      this.#used(await this.#ask('useFrames', say('camera'), classes));
      this.#learned = classes.map(({ name }) => name);
      byId('start', HTMLButtonElement).click();
    } catch (error) {
      put(this.#help, () => (error as Error).message);
    }
  }

  /** Says what the network makes of what the camera sees. */
  async #watch(): Promise<void> {
    const hidden = document.hidden || byId('panel-train').hidden;
    if (!this.#camera || this.#learned.length === 0 || this.#busy || hidden) return;
    this.#busy = true;
    try {
      const { outputs } = await this.#remote.call('classify', [this.#camera.frame()]);
      // Another network may have taken its place.
      if (outputs.length !== this.#learned.length) return this.#said.replaceChildren();
      const list = byId('settings', HTMLFormElement).elements.namedItem('loss');
      const loss = LOSS_NAMES.find(
        (one) => list instanceof HTMLSelectElement && one === list.value,
      );
      const shares = sharesOf(outputs, loss ?? 'cross_entropy');
      const best = largest(shares);
      this.#said.replaceChildren(
        ...shares.map((share, i) =>
          make(
            'li',
            i === best ? { class: 'best' } : {},
            make('span', {}, this.#learned[i]),
            make('meter', { max: '1', value: String(share), 'aria-label': this.#learned[i] }),
            make('span', {}, percent(share)),
          ),
        ),
      );
    } catch {
      // There is no network yet, or it is being made.
    } finally {
      this.#busy = false;
    }
  }
}
