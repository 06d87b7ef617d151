/** An autoencoder with a code of two numbers: a map of the codes, and a decoder to explore it. */
import {
  adam,
  Engine,
  flatten,
  Inference,
  linear,
  relu,
  Sequential,
  sigmoid,
  Trainer,
} from 'gradweave';
import { builtInGarments } from 'gradweave/data';

const status = document.querySelector('#status') as HTMLElement;
const map = document.querySelector('#map') as HTMLCanvasElement;
const decoded = document.querySelector('#decoded') as HTMLCanvasElement;

const EPOCHS = Number(new URLSearchParams(location.search).get('epochs') ?? 30);
const encoderLayers = () => [flatten(), linear(784, 64), relu(), linear(64, 2)];
const decoderLayers = () => [linear(2, 64), relu(), linear(64, 784), sigmoid()];

/** The weights of some layers, renumbered from the first of them. */
function part(weights: ReadonlyMap<string, { data: Float32Array }>, first: number, last: number) {
  return new Map(
    [...weights].flatMap(([name, { data }]) => {
      const [layer, kind] = name.split('.');
      const at = Number(layer);
      return at >= first && at <= last ? [[`${at - first}.${kind}`, data] as const] : [];
    }),
  );
}

/** Maps codes to the map: their middle half fills it. */
function scale(codes: Float32Array) {
  const axis = (which: number) => {
    const sorted = codes.filter((_, i) => i % 2 === which).sort();
    const [low, high] = [0.02, 0.98].map((share) => sorted[Math.floor(share * sorted.length)]);
    return { low: low - 0.1 * (high - low), size: 1.2 * (high - low) || 1 };
  };
  const axes = [axis(0), axis(1)];
  return {
    toMap: (code: ArrayLike<number>) => axes.map(({ low, size }, i) => (code[i] - low) / size),
    toCode: (at: readonly number[]) =>
      Float32Array.from(axes, ({ low, size }, i) => low + at[i] * size),
  };
}

async function start(): Promise<void> {
  const engine = await Engine.create();
  const dataset = builtInGarments({ train: 3000, test: 600 });
  const trainer = await Trainer.create(engine, {
    model: new Sequential([28, 28], [...encoderLayers(), ...decoderLayers()]),
    dataset,
    target: 'input',
    loss: 'mse',
    optimizer: adam({ learningRate: 2e-3 }),
  });
  await trainer.fit({
    epochs: EPOCHS,
    onEpoch: ({ epoch, train }) => {
      status.textContent = `epoch ${epoch} of ${EPOCHS}, loss ${train.loss.toFixed(4)}`;
    },
  });
  const weights = await trainer.parameters();
  trainer.destroy();

  const { test } = dataset;
  const encoder = await Inference.create(engine, {
    model: new Sequential([28, 28], encoderLayers()),
    batch: 100,
    weights: part(weights, 0, 3),
  });
  const codes = await encoder.predict(Float32Array.from(test.images, (byte) => byte / 255));
  encoder.destroy();
  const decoder = await Inference.create(engine, {
    model: new Sequential([2], decoderLayers()),
    batch: 1,
    weights: part(weights, 4, 7),
  });

  const { toMap, toCode } = scale(codes);
  const dots = map.getContext('2d');
  const picture = decoded.getContext('2d');
  if (!dots || !picture) throw new Error('This browser provides no 2D canvas.');
  for (let i = 0; i < test.count; i++) {
    const [x, y] = toMap(codes.subarray(2 * i, 2 * i + 2));
    dots.fillStyle = `oklch(0.68 0.17 ${36 * test.labels[i]})`;
    dots.beginPath();
    dots.arc(x * map.width, y * map.height, 4, 0, 7);
    dots.fill();
  }

  let busy = false;
  const show = async (x: number, y: number): Promise<void> => {
    // One picture at a time: the mouse moves faster than the GPU answers.
    if (busy) return;
    busy = true;
    const code = toCode([x, y]);
    const pixels = await decoder.predict(code);
    const image = picture.createImageData(28, 28);
    pixels.forEach((value, i) => {
      image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i);
    });
    picture.putImageData(image, 0, 0);
    status.textContent = `code (${[...code].map((value) => value.toFixed(2)).join(', ')})`;
    busy = false;
  };
  map.addEventListener('pointermove', ({ offsetX, offsetY }) => {
    void show(offsetX / map.clientWidth, offsetY / map.clientHeight);
  });
  await show(0.5, 0.5);
}

start().catch((error) => {
  status.textContent = String(error);
});
