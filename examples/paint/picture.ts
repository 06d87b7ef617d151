/** A picture to learn: rgb from 0 to 1, row by row. */
export function picture(canvas: HTMLCanvasElement, size: number): Float32Array<ArrayBuffer> {
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser provides no 2D canvas');
  context.scale(size, size);
  const sky = context.createLinearGradient(0, 0, 0, 1);
  sky.addColorStop(0, '#1b2a6b');
  sky.addColorStop(0.55, '#e8745a');
  sky.addColorStop(0.75, '#f9c66b');
  context.fillStyle = sky;
  context.fillRect(0, 0, 1, 1);
  context.fillStyle = '#fff3c4';
  context.beginPath();
  context.arc(0.62, 0.52, 0.15, 0, 7);
  context.fill();
  for (const [height, colour] of [
    [0.62, '#6b3a5c'],
    [0.74, '#3d2748'],
    [0.86, '#1c1530'],
  ] as const) {
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(0, 1);
    for (let x = 0; x <= 1.001; x += 0.01) {
      const bumps = Math.sin(9 * x + 20 * height) + 0.5 * Math.sin(23 * x + 7 * height);
      context.lineTo(x, height - 0.06 * bumps);
    }
    context.lineTo(1, 1);
    context.fill();
  }
  const { data } = context.getImageData(0, 0, size, size);
  return Float32Array.from({ length: 3 * size * size }, (_, i) => {
    return data[4 * Math.floor(i / 3) + (i % 3)] / 255;
  });
}
