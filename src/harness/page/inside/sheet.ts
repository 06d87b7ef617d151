import { cssValue } from '../dom.ts';
import { bytesOf, type ImageSize, pixelsOf } from './pictures.ts';
import { centred, contentOf, fillAround, greyed, type Ink, seenOf } from './raster.ts';

/** Pixels along the pad's longer side, about. */
const PIXELS = 280;

/** Pictures that can be taken back to. */
const KEPT = 30;

/** A photo's longest side while it is prepared. */
const PHOTO = 1024;

export type Tool = 'pen' | 'eraser' | 'fill';
export type Point = readonly [x: number, y: number];

/** How a photo is prepared. */
export interface PhotoChoice {
  readonly invert: boolean;
  readonly centre: boolean;
}

/** The pen of grey images. */
export const WHITE: Ink = [255, 255, 255];

/** What is drawn: with a pen on black, with the pictures before, to take back to. */
export class Sheet {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #size: ImageSize = { height: 28, width: 28, channels: 1 };
  #before: ImageData[] = [];
  /** The colour of the pen, with which areas are filled, too. */
  ink: Ink = WHITE;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('this browser provides no 2D canvas');
    this.#context = context;
    this.#wipe();
  }

  /** Pixels for one of the network's. */
  get scale(): number {
    return this.#canvas.width / this.#size.width;
  }

  get size(): ImageSize {
    return this.#size;
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  /** Fits the pad to images of a size. Another size begins anew. */
  fit(size: ImageSize): void {
    const isSame = size.width === this.#size.width && size.height === this.#size.height;
    this.#size = size;
    if (isSame) return;
    const scale = Math.max(1, Math.round(PIXELS / Math.max(size.width, size.height)));
    this.#canvas.width = scale * size.width;
    this.#canvas.height = scale * size.height;
    this.#canvas.style.aspectRatio = `${size.width} / ${size.height}`;
    this.#before = [];
    this.#wipe();
  }

  /** Keeps the picture as it is, to take back to. */
  keep(): void {
    this.#before.push(this.#all());
    if (this.#before.length > KEPT) this.#before.shift();
  }

  undo(): void {
    const before = this.#before.pop();
    if (before) this.#context.putImageData(before, 0, 0);
  }

  clear(): void {
    this.keep();
    this.#wipe();
  }

  #wipe(): void {
    this.#context.fillStyle = '#000';
    this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  #all(): ImageData {
    return this.#context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** Draws a line, or erases along it. */
  stroke(from: Point, to: Point, width: number, tool: Tool): void {
    const context = this.#context;
    const colour = tool === 'eraser' ? '#000' : `rgb(${this.ink.join(' ')})`;
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = width;
    context.lineCap = 'round';
    context.beginPath();
    // A line without length has no caps.
    context.arc(...to, width / 2, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }

  /** Fills the area around a point. */
  fill([x, y]: Point): void {
    const all = this.#all();
    const [column, row] = [
      Math.min(Math.max(0, Math.floor(x)), all.width - 1),
      Math.min(Math.max(0, Math.floor(y)), all.height - 1),
    ];
    fillAround(all, column, row, this.ink);
    this.#context.putImageData(all, 0, 0);
  }

  /** Shows an image of the network's size. */
  show(image: Uint8Array): void {
    this.keep();
    const { width, height } = this.#size;
    const small = new OffscreenCanvas(width, height);
    small.getContext('2d')?.putImageData(pixelsOf(image, this.#size), 0, 0);
    this.#context.imageSmoothingEnabled = false;
    this.#context.drawImage(small, 0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** A photo's pixels, on black where it is transparent. */
  static rasterOf(photo: ImageBitmap): ImageData | undefined {
    const scale = Math.min(1, PHOTO / Math.max(photo.width, photo.height));
    const [width, height] = [photo.width, photo.height].map((side) =>
      Math.max(1, Math.round(side * scale)),
    );
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (!context) return undefined;
    context.fillRect(0, 0, width, height);
    context.drawImage(photo, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  }

  /** Draws a photo as it was chosen: inverted, and centred without its background; in grey if the network's images are. */
  photo(raster: ImageData, { invert, centre }: PhotoChoice): void {
    const { width, height } = this.#canvas;
    const sheet = { width, height };
    const whole = { x: 0, y: 0, width: raster.width, height: raster.height };
    const part = centre ? contentOf(raster) : whole;
    const { data } = this.#size.channels < 3 ? greyed(raster) : raster;
    const copy = new ImageData(new Uint8ClampedArray(data), raster.width);
    if (invert) {
      for (let i = 0; i < copy.data.length; i++) {
        if (i % 4 < 3) copy.data[i] = 255 - copy.data[i];
      }
    }
    const source = new OffscreenCanvas(raster.width, raster.height);
    source.getContext('2d')?.putImageData(copy, 0, 0);
    this.#wipe();
    const to = centred(part, sheet);
    const context = this.#context;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      source,
      ...[part.x, part.y, part.width, part.height],
      ...([to.x, to.y, to.width, to.height] as const),
    );
  }

  /** @returns what the network sees: height × width × channels bytes */
  seen(): Uint8Array {
    return seenOf(this.#all(), this.#size);
  }

  /** Whether nothing is drawn. */
  get isEmpty(): boolean {
    const seen = this.seen();
    return bytesOf(this.#size) === 0 || seen.every((byte) => byte === 0);
  }

  /** Shows the cursor of the keyboard on a canvas above; none without a place. */
  mark(canvas: HTMLCanvasElement, at: Point | undefined, width: number): void {
    canvas.width = this.#canvas.width;
    canvas.height = this.#canvas.height;
    const context = canvas.getContext('2d');
    if (!context || !at) return;
    context.strokeStyle = cssValue('--accent');
    context.lineWidth = 2;
    context.beginPath();
    context.arc(...at, Math.max(4, width / 2), 0, 2 * Math.PI);
    context.moveTo(at[0] - 10, at[1]);
    context.lineTo(at[0] + 10, at[1]);
    context.moveTo(at[0], at[1] - 10);
    context.lineTo(at[0], at[1] + 10);
    context.stroke();
  }
}
