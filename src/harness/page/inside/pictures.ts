import type { LossKind } from '../../../nn/losses.ts';
import { LOSSES } from '../../tasks/choice-facts.ts';
import { cssValue } from '../dom.ts';
import { fixed, percent } from '../numbers.ts';

/** The size of images, and the bytes of a pixel: 1 for grey, 3 for red, green and blue, 4 with alpha. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Bytes of an image. */
export const bytesOf = ({ height, width, channels }: ImageSize): number =>
  height * width * channels;

/** Whether samples are images: a row of a table is an image of one line. */
export const isPictured = ({ height, width }: Omit<ImageSize, 'channels'>): boolean =>
  height > 1 && width > 1;

/** An image's bytes as red, green, blue and alpha. */
export function pixelsOf(
  image: ArrayLike<number>,
  { height, width, channels }: ImageSize,
): ImageData {
  const picture = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++) {
      picture.data[4 * i + c] = image[i * channels + (channels < 3 ? 0 : c)];
    }
    picture.data[4 * i + 3] = channels === 4 ? image[i * channels + 3] : 255;
  }
  return picture;
}

/** Draws an image (0 is black) over a whole canvas. */
export function drawImage(
  canvas: HTMLCanvasElement,
  image: ArrayLike<number>,
  size: ImageSize,
): void {
  canvas.width = size.width;
  canvas.height = size.height;
  canvas.getContext('2d')?.putImageData(pixelsOf(image, size), 0, 0);
  canvas.style.aspectRatio = `${size.width} / ${size.height}`;
}

/**
 * A network's outputs as shares: softmax of logits, else the outputs themselves, clamped to 0 to 1.
 *
 * @param loss the loss it was trained with
 */
export function sharesOf(outputs: ArrayLike<number>, loss: LossKind): number[] {
  const values = Array.from(outputs);
  if (!LOSSES[loss].logits) return values.map((y) => Math.min(1, Math.max(0, y)));
  const most = Math.max(...values);
  const powers = values.map((y) => Math.exp(y - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** A share in words: a probability in percent. Outputs that no softmax makes are no probabilities, and stay numbers. */
export const shareText = (share: number, loss: LossKind): string =>
  LOSSES[loss].logits ? percent(share) : fixed(share, 2);

/**
 * The largest share of {@link sharesOf}, and its lead over the next one. Nothing is allocated: all test images are asked for
 * at once.
 */
export function sureness(
  outputs: ArrayLike<number>,
  loss: LossKind,
): { readonly most: number; readonly lead: number } {
  let [first, second] = [-Infinity, -Infinity];
  for (let i = 0; i < outputs.length; i++) {
    if (outputs[i] > first) [first, second] = [outputs[i], first];
    else if (outputs[i] > second) second = outputs[i];
  }
  if (!LOSSES[loss].logits) {
    const [most, next] = [first, second].map((y) => Math.min(1, Math.max(0, y)));
    return { most, lead: most - next };
  }
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) sum += Math.exp(outputs[i] - first);
  return { most: 1 / sum, lead: (1 - Math.exp(second - first)) / sum };
}

/** Index of the largest output; the first if several are equal. */
export function largest(outputs: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < outputs.length; i++) if (outputs[i] > outputs[best]) best = i;
  return best;
}

/** Colours of bars: of the true class, of a wrong prediction, and of the others. */
export const barColours = () => ({
  right: cssValue('--good'),
  wrong: cssValue('--bad'),
  other: cssValue('--text-soft'),
});

/** A bar for each class on a canvas: the true class in one colour, a wrong prediction in another. */
export function drawBars(
  canvas: HTMLCanvasElement,
  shares: readonly number[],
  truth: number,
  colours: ReturnType<typeof barColours>,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  const said = largest(shares);
  const step = width / shares.length;
  shares.forEach((share, i) => {
    context.fillStyle = colours[i === truth ? 'right' : i === said ? 'wrong' : 'other'];
    const bar = Math.max(1, share * height);
    context.fillRect(i * step + 0.5, height - bar, Math.max(0.75, step - 1), bar);
  });
}

/** A colour of the page for WGSL: red, green, blue from 0 to 1. */
export function rgbOf(name: string): number[] {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) return [0, 0, 0];
  context.fillStyle = cssValue(name);
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)].map((byte) => byte / 255);
}
