import { rgbOf } from './pictures.ts';

/** Numbers as pictures, one after the other: [count, height, width]. */
export interface SignedPictures {
  readonly data: ArrayLike<number>;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** Where the pictures are, in pixels of a canvas. */
export interface Grid {
  /** Pixels of the canvas for a number. */
  readonly scale: number;
  readonly columns: number;
  readonly rows: number;
  readonly gap: number;
  /** Cells along a picture; more than its width if a line was wrapped. */
  readonly across: number;
  readonly down: number;
}

/** Most pictures of a canvas, and most pixels along its side. */
const MOST = 256;
const MOST_PIXELS = 4096;

/** A vector is shown as a block, nearly square. */
const wrapped = (length: number): number => Math.ceil(Math.sqrt(length));

/**
 * Lays pictures out: a single one large, several at least 28 pixels wide each.
 *
 * @param room pixels that there are across
 */
export function gridOf({ count, height, width }: SignedPictures, room: number): Grid {
  const isLine = height === 1 && width > 1;
  const across = isLine ? wrapped(width) : width;
  const down = isLine ? Math.ceil(width / across) : height;
  const shown = Math.min(MOST, count);
  const gap = shown > 1 ? 4 : 0;
  const most = Math.max(1, Math.floor(280 / Math.max(across, down)));
  const least = Math.ceil(28 / Math.min(across, down));
  const scale = Math.max(1, shown === 1 ? most : Math.min(most, Math.max(least, 1)));
  const columns = Math.max(1, Math.min(shown, Math.floor((room + gap) / (across * scale + gap))));
  const rows = Math.min(
    Math.ceil(shown / columns),
    Math.max(1, Math.floor(MOST_PIXELS / (down * scale + gap))),
  );
  return { scale, columns, rows, gap, across, down };
}

/** Draws pictures: positive numbers in one colour, negative ones in another, the largest of all the strongest. */
export function drawSigned(
  canvas: HTMLCanvasElement,
  pictures: SignedPictures,
  room: number,
): Grid {
  const grid = gridOf(pictures, room);
  const { scale, columns, rows, gap, across, down } = grid;
  const { data, count, height, width } = pictures;
  canvas.width = columns * (across * scale + gap) - gap;
  canvas.height = rows * (down * scale + gap) - gap;
  canvas.style.width = `${canvas.width}px`;
  canvas.style.height = `${canvas.height}px`;
  const context = canvas.getContext('2d');
  if (!context) return grid;
  const [negative, none, positive] = ['--negative', '--none', '--positive'].map(rgbOf);
  let peak = 1e-30;
  for (let i = 0; i < data.length; i++) peak = Math.max(peak, Math.abs(data[i]));
  const small = new ImageData(across, down);
  const sheet = new OffscreenCanvas(across, down);
  const ink = sheet.getContext('2d');
  context.imageSmoothingEnabled = false;
  for (let picture = 0; picture < Math.min(count, columns * rows); picture++) {
    small.data.fill(0);
    for (let i = 0; i < height * width; i++) {
      const x = data[picture * height * width + i] / peak;
      const end = x < 0 ? negative : positive;
      for (let c = 0; c < 3; c++) {
        small.data[4 * i + c] = 255 * (none[c] + Math.abs(x) * (end[c] - none[c]));
      }
      small.data[4 * i + 3] = 255;
    }
    ink?.putImageData(small, 0, 0);
    const left = (picture % columns) * (across * scale + gap);
    const top = Math.floor(picture / columns) * (down * scale + gap);
    context.drawImage(sheet, left, top, across * scale, down * scale);
  }
  return grid;
}
