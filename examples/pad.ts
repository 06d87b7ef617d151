/** Canvases to draw on, for examples that learn from drawings. */

/**
 * Lets a mouse, a pen or a finger draw in white on black.
 *
 * @param changed called after each stroke
 * @returns clears the canvas
 */
export function pad(canvas: HTMLCanvasElement, changed: () => void = () => {}): () => void {
  const context = contextOf(canvas);
  const clear = (): void => {
    context.fillStyle = 'black';
    context.fillRect(0, 0, canvas.width, canvas.height);
  };
  Object.assign(context, { strokeStyle: 'white', lineWidth: canvas.width / 14 });
  Object.assign(context, { lineCap: 'round', lineJoin: 'round' });
  const place = ({ offsetX, offsetY }: PointerEvent): [number, number] => {
    const scale = canvas.width / canvas.clientWidth;
    return [offsetX * scale, offsetY * scale];
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    context.beginPath();
    context.moveTo(...place(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) return;
    context.lineTo(...place(event));
    context.stroke();
    changed();
  });
  clear();
  return clear;
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser provides no 2D canvas.');
  return context;
}

/** The middle square of a picture, as a new canvas of `side` × `side` pixels. */
export function reduced(
  picture: HTMLCanvasElement | HTMLVideoElement,
  side: number,
): HTMLCanvasElement {
  const small = Object.assign(document.createElement('canvas'), { width: side, height: side });
  const [width, height] =
    picture instanceof HTMLVideoElement
      ? [picture.videoWidth, picture.videoHeight]
      : [picture.width, picture.height];
  const size = Math.min(width, height);
  const context = contextOf(small);
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    ...([picture, (width - size) / 2, (height - size) / 2, size, size] as const),
    ...([0, 0, side, side] as const),
  );
  return small;
}
