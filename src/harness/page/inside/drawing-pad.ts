import { byId } from '../dom.ts';
import { SIDE } from './pictures.ts';

/** Width of a stroke; the pad has 280 pixels. */
const STROKE = 22;

/** The visitor's image: drawn in white on black, chosen or dropped. */
export class DrawingPad {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #drawn: (image: Uint8Array) => void;
  readonly #failed: (error: Error) => void;

  /** @param drawn called with 28 × 28 bytes whenever the image changes */
  constructor(drawn: (image: Uint8Array) => void, failed: (error: Error) => void) {
    this.#canvas = byId('pad', HTMLCanvasElement);
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('this browser provides no 2D canvas');
    this.#context = context;
    this.#drawn = drawn;
    this.#failed = failed;
    this.clear();
    this.#listen();
  }

  clear(): void {
    this.#context.fillStyle = '#000';
    this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  #listen(): void {
    const canvas = this.#canvas;
    let last: readonly [number, number] | undefined;
    const place = ({ offsetX, offsetY }: PointerEvent): readonly [number, number] => {
      const scale = canvas.width / canvas.clientWidth;
      return [offsetX * scale, offsetY * scale];
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = place(event);
      this.#stroke(last, last);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!last) return;
      const now = place(event);
      this.#stroke(last, now);
      last = now;
    });
    const end = (): void => {
      if (!last) return;
      last = undefined;
      this.#tell();
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);
    for (const kind of ['dragover', 'drop'] as const) {
      canvas.addEventListener(kind, (event) => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (kind === 'drop' && file) void this.#take(file);
      });
    }
    const input = byId('pad-file', HTMLInputElement);
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      input.value = '';
      if (file) void this.#take(file);
    });
    byId('pad-clear').addEventListener('click', () => {
      this.clear();
      this.#tell();
    });
  }

  #stroke(from: readonly [number, number], to: readonly [number, number]): void {
    const context = this.#context;
    context.strokeStyle = '#fff';
    context.lineWidth = STROKE;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }

  async #take(file: File): Promise<void> {
    try {
      const bitmap = await createImageBitmap(file);
      const { width, height } = this.#canvas;
      this.clear();
      const scale = Math.min(width / bitmap.width, height / bitmap.height);
      const [w, h] = [bitmap.width * scale, bitmap.height * scale];
      this.#context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
      bitmap.close();
      this.#tell(true);
    } catch {
      const error = new Error(
        `this browser cannot read ${file.name} as an image. Use a PNG, JPEG or WebP`,
      );
      error.name = 'DataError';
      this.#failed(error);
    }
  }

  /** @param photo it may be dark on light, unlike the data set's images */
  #tell(photo = false): void {
    const small = new OffscreenCanvas(SIDE, SIDE);
    const context = small.getContext('2d');
    if (!context) return;
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#canvas, 0, 0, SIDE, SIDE);
    const { data } = context.getImageData(0, 0, SIDE, SIDE);
    const seen = Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
      Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]),
    );
    this.#drawn(photo && lightGround(seen) ? seen.map((value) => 255 - value) : seen);
  }
}

/** Whether the corners are light. */
function lightGround(image: Uint8Array): boolean {
  const corners = [0, SIDE - 1, SIDE * (SIDE - 1), SIDE * SIDE - 1];
  return corners.reduce((sum, at) => sum + image[at], 0) > 2 * 255;
}
