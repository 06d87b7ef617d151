/** RGB images: discs, squares and crosses in any colour, with three bytes for each pixel. */
import { adam, dropout, type Engine, flatten, linear, relu, Sequential, Trainer } from 'gradweave';

const SIZE = 12;

/** Whether a shape with this centre and radius covers a point. */
const SHAPES: readonly ((x: number, y: number, r: number) => boolean)[] = [
  (x, y, r) => x * x + y * y < r * r,
  (x, y, r) => Math.max(Math.abs(x), Math.abs(y)) < 0.8 * r,
  (x, y, r) => Math.min(Math.abs(x), Math.abs(y)) < 0.25 * r && Math.abs(x) + Math.abs(y) < 1.3 * r,
];

/** Images [count, height, width, 3] as bytes, and the shape in each. */
export function pictures(count: number): { inputs: Uint8Array; labels: Uint8Array } {
  const inputs = new Uint8Array(count * SIZE * SIZE * 3);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % SHAPES.length);
  for (let i = 0; i < inputs.length; i++) {
    const pixel = Math.floor(i / 3);
    const image = Math.floor(pixel / SIZE ** 2);
    // Random numbers for the whole image.
    const [dx, dy, ...colours] = [1, 2, 3, 4, 5, 6, 7, 8].map((k) => {
      const wave = Math.sin(image * 12.9898 * k + 78.233 * k) * 43758.5453;
      return wave - Math.floor(wave);
    });
    const x = (pixel % SIZE) - 5.5 - 2 * (dx - 0.5);
    const y = (Math.floor(pixel / SIZE) % SIZE) - 5.5 - 2 * (dy - 0.5);
    const inside = SHAPES[labels[image]](x, y, 4);
    inputs[i] = 255 * colours[(i % 3) + (inside ? 0 : 3)];
  }
  return { inputs, labels };
}

export async function run(engine: Engine): Promise<{ accuracy: number | null }> {
  const trainer = await Trainer.create(engine, {
    model: new Sequential(
      [SIZE, SIZE, 3],
      [
        flatten({ channelsLast: true }),
        linear(SIZE * SIZE * 3, 64),
        relu(),
        dropout(0.1),
        linear(64, SHAPES.length),
      ],
    ),
    dataset: { classes: ['disc', 'square', 'cross'], train: pictures(1500), validation: 0.2 },
    normalize: 'standardise',
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 0.003 }),
    batchSize: 50,
  });
  await trainer.fit({
    epochs: 40,
    stop: { on: 'test.loss', patience: 6, restoreBest: true },
  });
  const { accuracy } = await trainer.evaluate();
  trainer.destroy();
  return { accuracy };
}
