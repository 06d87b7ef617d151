import { cssValue } from '../dom.ts';
import { say } from '../words/words.ts';

/** A character that can be seen. */
export const visible = (character: string): string =>
  ({ ' ': '·', '\n': '↵', '\t': '→' })[character] ?? character;

/** A character in words. */
export const spoken = (character: string): string =>
  ({ ' ': say('space'), '\n': say('new line'), '\t': say('tab') })[character] ??
  say('“{text}”', { text: character });

/** A weight's colour: square roots make small ones visible. */
export const shade = (weight: number): string =>
  `color-mix(in srgb, var(--positive) ${(100 * Math.sqrt(weight)).toFixed(1)}%, var(--none))`;

/** Draws a matrix of weights, a pixel for each. */
export function drawMatrix(
  canvas: HTMLCanvasElement | OffscreenCanvas,
  weights: Float32Array,
  count: number,
): void {
  [canvas.width, canvas.height] = [count, count];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | null;
  if (!context) return;
  const bytesOf = (name: string): number[] => {
    context.fillStyle = cssValue(name);
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const [none, most, card] = [bytesOf('--none'), bytesOf('--positive'), bytesOf('--card')];
  const picture = context.createImageData(count, count);
  weights.forEach((weight, i) => {
    const later = i % count > Math.floor(i / count);
    const share = Math.sqrt(weight);
    for (let c = 0; c < 4; c++) {
      picture.data[4 * i + c] = later ? card[c] : none[c] + share * (most[c] - none[c]);
    }
  });
  context.putImageData(picture, 0, 0);
}
