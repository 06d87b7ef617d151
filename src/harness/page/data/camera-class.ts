import { fromRgb } from '../../own/colours.ts';
import { make } from '../dom.ts';
import { drawImage } from '../inside/pictures.ts';
import { counted } from '../numbers.ts';
import { onLanguage, say } from '../words/words.ts';

/** Most frames of a class. */
const MOST = 400;
/** Milliseconds between two frames. */
const EVERY_MS = 100;

/** A class of the camera: its name, and the frames that were taken for it. */
export class CameraClass {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #count = make('span', { class: 'help', role: 'status' });
  readonly #list = make('ul', { class: 'frames' });
  /** Red, green and blue. */
  readonly #frames: Uint8Array[] = [];
  readonly #pictures = new Map<Uint8Array, HTMLCanvasElement>();
  readonly #isGrey: () => boolean;
  readonly #take: () => Uint8Array | undefined;
  readonly #changed: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param take what the camera sees; nothing without one
   * @param isGrey whether networks see frames in grey
   * @param changed called after frames, the name or the class itself have changed
   */
  constructor(
    name: string,
    take: () => Uint8Array | undefined,
    isGrey: () => boolean,
    changed: () => void,
    remove: () => void,
  ) {
    this.#take = take;
    this.#isGrey = isGrey;
    this.#changed = changed;
    this.#input = make('input', {
      value: name,
      maxlength: '60',
      autocomplete: 'off',
      input: changed,
    });
    const record = make('button', {
      type: 'button',
      class: 'record',
      pointerdown: (event) => {
        if (event instanceof PointerEvent) record.setPointerCapture(event.pointerId);
        this.#begin();
      },
      pointerup: () => this.#end(),
      pointercancel: () => this.#end(),
      blur: () => this.#end(),
      keydown: (event) => {
        if (!(event instanceof KeyboardEvent) || ![' ', 'Enter'].includes(event.key)) return;
        event.preventDefault();
        if (!event.repeat) this.#begin();
      },
      keyup: () => this.#end(),
    });
    const drop = make('button', { type: 'button', class: 'small', click: remove });
    this.element = make(
      'li',
      { class: 'camera-class' },
      make('div', { class: 'actions' }, this.#input, record, this.#count, drop),
      this.#list,
    );
    const speak = (): void => {
      record.textContent = say('Hold to take frames');
      drop.textContent = say('Remove the class');
      this.#input.setAttribute('aria-label', say('Name of the class'));
      this.#number();
      this.#tell();
    };
    onLanguage(speak);
    speak();
  }

  get name(): string {
    return this.#input.value.trim();
  }

  get frames(): readonly Uint8Array[] {
    return this.#frames;
  }

  stop(): void {
    this.#end();
  }

  /** Shows all frames again, as networks see them now. */
  recolour(): void {
    for (const [frame, picture] of this.#pictures) this.#draw(frame, picture);
  }

  #draw(frame: Uint8Array, picture: HTMLCanvasElement): void {
    const channels = this.#isGrey() ? 1 : 3;
    const side = Math.sqrt(frame.length / 3);
    drawImage(picture, fromRgb(frame, channels), { height: side, width: side, channels });
  }

  #begin(): void {
    if (this.#timer !== undefined) return;
    this.#add();
    this.#timer = setInterval(() => this.#add(), EVERY_MS);
  }

  #end(): void {
    clearInterval(this.#timer);
    if (this.#timer !== undefined) this.#changed();
    this.#timer = undefined;
  }

  #add(): void {
    if (this.#frames.length >= MOST) return;
    const frame = this.#take();
    if (!frame) return;
    this.#frames.push(frame);
    const picture = make('canvas', { class: 'picture', 'aria-hidden': 'true' });
    this.#pictures.set(frame, picture);
    this.#draw(frame, picture);
    const item = make(
      'li',
      {},
      make(
        'button',
        {
          type: 'button',
          click: () => {
            const next = item.nextElementSibling ?? item.previousElementSibling;
            this.#frames.splice(this.#frames.indexOf(frame), 1);
            this.#pictures.delete(frame);
            item.remove();
            next?.querySelector('button')?.focus();
            this.#number();
            this.#tell();
            this.#changed();
          },
        },
        picture,
      ),
    );
    this.#list.append(item);
    this.#number(this.#frames.length);
    this.#tell();
  }

  /** Says which frame each button deletes. @param from the first one whose number may have changed */
  #number(from = 1): void {
    for (let number = from; number <= this.#list.children.length; number++) {
      const button = this.#list.children[number - 1].querySelector('button');
      button?.setAttribute('aria-label', say('Delete frame {number}', { number }));
    }
  }

  #tell(): void {
    this.#count.textContent = counted(this.#frames.length, 'frame');
  }
}
