import { byId } from '../dom.ts';
import { PadInk } from './pad-ink.ts';
import { PadPhoto } from './pad-photo.ts';
import type { ImageSize } from './pictures.ts';
import { type Point, Sheet, type Tool } from './sheet.ts';

const TOOLS = ['pen', 'eraser', 'fill'] as const;

/** Milliseconds after which a picture that is drawn with the keyboard is told. */
const SOON_MS = 250;

/** The visitor's image: drawn on black, in white or in colours, with mouse, finger or keyboard, chosen or dropped. */
export class DrawingPad {
  readonly #sheet: Sheet;
  readonly #drawn: (image: Uint8Array) => void;
  readonly #photo: PadPhoto;
  readonly #ink: PadInk;
  #tool: Tool = 'pen';
  /** The cursor of the keyboard. */
  #cursor: Point | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;

  /** @param drawn called with the image as the network sees it, whenever it changes */
  constructor(drawn: (image: Uint8Array) => void, failed: (error: Error) => void) {
    this.#sheet = new Sheet(this.#canvas);
    this.#drawn = drawn;
    this.#listen();
    this.#listenTools();
    this.#ink = new PadInk(() => {
      this.#sheet.ink = this.#ink.ink;
      // Whoever chooses a colour wants to draw with it.
      if (this.#tool === 'eraser') this.#take('pen');
    });
    this.#photo = new PadPhoto({
      isGrey: () => this.#sheet.size.channels === 1,
      draw: (raster, choice) => {
        this.#sheet.keep();
        this.#sheet.photo(raster, choice);
        this.#tell();
      },
      failed,
    });
  }

  get #canvas(): HTMLCanvasElement {
    return byId('pad', HTMLCanvasElement);
  }

  get #width(): number {
    return Number(byId('pad-width', HTMLInputElement).value);
  }

  /** Fits the pad to a network's images. */
  fit(size: ImageSize): void {
    this.#sheet.fit(size);
    this.#ink.offered = size.channels >= 3;
    this.#sheet.ink = this.#ink.ink;
    this.#buttons();
  }

  /** Puts an image of the network's size on the pad. */
  show(image: Uint8Array): void {
    this.#photo.leave();
    this.#sheet.show(image);
    this.#tell();
  }

  /** The image as the network sees it; undefined if nothing is drawn. */
  get image(): Uint8Array | undefined {
    return this.#sheet.isEmpty ? undefined : this.#sheet.seen();
  }

  #listen(): void {
    const canvas = this.#canvas;
    let last: Point | undefined;
    const place = ({ offsetX, offsetY }: PointerEvent): Point => {
      const scale = canvas.width / canvas.clientWidth;
      return [offsetX * scale, offsetY * scale];
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#mark(undefined);
      last = place(event);
      this.#use(last);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!last || this.#tool === 'fill') return;
      const now = place(event);
      this.#sheet.stroke(last, now, this.#width, this.#tool);
      last = now;
    });
    const end = (): void => {
      if (last) this.#tell();
      last = undefined;
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);
    canvas.addEventListener('keydown', (event) => this.#key(event));
    canvas.addEventListener('focus', () => {
      if (canvas.matches(':focus-visible')) this.#mark(this.#cursor ?? this.#middle);
    });
    canvas.addEventListener('blur', () => this.#mark(undefined));
  }

  get #middle(): Point {
    return [this.#canvas.width / 2, this.#canvas.height / 2];
  }

  /** Uses the tool at a point. */
  #use(at: Point): void {
    this.#sheet.keep();
    if (this.#tool === 'fill') this.#sheet.fill(at);
    else this.#sheet.stroke(at, at, this.#width, this.#tool);
    this.#buttons();
  }

  #mark(at: Point | undefined): void {
    if (at) this.#cursor = at;
    this.#sheet.mark(byId('pad-cursor', HTMLCanvasElement), at, this.#width);
  }

  #key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, Point>> = {
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
    };
    const move = moves[event.key];
    const at = this.#cursor ?? this.#middle;
    if (event.key === ' ') {
      event.preventDefault();
      this.#use(at);
      this.#tellSoon();
    }
    if (!move) return;
    event.preventDefault();
    const { width, height } = this.#canvas;
    const step = this.#sheet.scale;
    const to: Point = [
      Math.min(Math.max(0, at[0] + move[0] * step), width),
      Math.min(Math.max(0, at[1] + move[1] * step), height),
    ];
    if (event.shiftKey && this.#tool !== 'fill') {
      if (!event.repeat) this.#sheet.keep();
      this.#sheet.stroke(at, to, this.#width, this.#tool);
      this.#buttons();
      this.#tellSoon();
    }
    this.#mark(to);
  }

  #take(tool: Tool): void {
    this.#tool = tool;
    for (const one of TOOLS) byId(`pad-${one}`).setAttribute('aria-pressed', String(one === tool));
  }

  #listenTools(): void {
    for (const tool of TOOLS) {
      byId(`pad-${tool}`).addEventListener('click', () => this.#take(tool));
    }
    byId('pad-clear').addEventListener('click', () => {
      this.#photo.leave();
      this.#sheet.clear();
      this.#tell();
    });
    byId('pad-undo').addEventListener('click', () => this.#undo());
    byId('card-pad').addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#undo();
    });
  }

  #undo(): void {
    if (!this.#sheet.canUndo) return;
    this.#photo.leave();
    this.#sheet.undo();
    this.#tell();
  }

  #buttons(): void {
    byId('pad-undo', HTMLButtonElement).disabled = !this.#sheet.canUndo;
  }

  #tellSoon(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#tell(), SOON_MS);
  }

  #tell(): void {
    clearTimeout(this.#soon);
    this.#buttons();
    this.#drawn(this.#sheet.seen());
  }
}
