/** A convolutional network that learns what the user draws, while they draw. */
import {
  adam,
  conv2d,
  dropout,
  type Engine,
  flatten,
  imagesFrom,
  linear,
  maxPool2d,
  relu,
  Sequential,
  Trainer,
} from 'gradweave';
import { pad, reduced } from '../pad.ts';

/** Pixels of a side, as the network sees a drawing. */
const SIDE = 28;
/** Images of an epoch: the drawings of each class in turn, again and again. Augmentation changes each copy. */
const IMAGES = 96;

const network = (classes: number): Sequential =>
  new Sequential(
    [SIDE, SIDE],
    [
      ...[conv2d(1, 16, 3, { padding: 1 }), relu(), maxPool2d(2)],
      ...[conv2d(16, 32, 3, { padding: 1 }), relu(), maxPool2d(2)],
      ...[flatten(), dropout(0.3), linear(32 * 7 * 7, classes)],
    ],
  );

/** @param signal ends it */
export async function app(engine: Engine, page: ParentNode, signal?: AbortSignal): Promise<void> {
  const find = <T extends Element>(name: string): T => page.querySelector(name) as T;
  const status = find<HTMLElement>('#status');
  const canvas = find<HTMLCanvasElement>('#pad');
  const rows = [...page.querySelectorAll('#classes li')];
  const drawings: Uint8Array[][] = rows.map(() => []);
  let changed = false;

  const dataset = () => {
    const known = [...drawings.keys()].filter((one) => drawings[one].length > 0);
    const images = new Uint8Array(IMAGES * SIDE * SIDE);
    const labels = Array.from({ length: IMAGES }, (_, i) => known[i % known.length] ?? 0);
    labels.forEach((label, i) => {
      const list = drawings[label];
      if (list.length > 0)
        images.set(list[Math.floor(i / known.length) % list.length], i * SIDE * SIDE);
    });
    const train = { images, labels, count: IMAGES, height: SIDE, width: SIDE };
    return { classes: rows.map((_, i) => String(i)), train };
  };
  // Before the first drawing, so that everything is compiled by then.
  const trainer = await Trainer.create(engine, {
    model: network(rows.length),
    dataset: dataset(),
    augment: { shift: 4, cutOut: 6, brightness: 0.3 },
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 2e-3 }),
    batchSize: 32,
  });

  const clear = pad(canvas);
  find<HTMLElement>('#clear').addEventListener('click', clear);
  rows.forEach((row, label) => {
    row.querySelector('button')?.addEventListener('click', () => {
      const small = reduced(canvas, SIDE);
      const { images } = imagesFrom([small], { channels: 1 });
      if (images.every((byte) => byte === 0)) return;
      drawings[label].push(images);
      row.querySelector('.thumbs')?.prepend(small);
      changed = true;
      clear();
    });
  });

  /** Shows what the network takes the drawing for. */
  const look = async (): Promise<void> => {
    const image = imagesFrom([reduced(canvas, SIDE)], { channels: 1 });
    const empty = image.images.every((byte) => byte === 0);
    const shares = await trainer.predict(image, { as: 'probability' });
    rows.forEach((row, i) => {
      (row.querySelector('meter') as HTMLMeterElement).value = empty ? 0 : shares[i];
    });
  };

  while (!signal?.aborted) {
    const known = drawings.filter((list) => list.length > 0).length;
    if (known < 2) {
      status.textContent =
        'Draw, and give it to a class. The network begins when two classes have a drawing.';
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    // As many samples as before: nothing is compiled again.
    if (changed) await trainer.setData(dataset());
    changed = false;
    const history = await trainer.fit({ epochs: 2 });
    const { train } = history[history.length - 1];
    status.textContent = `step ${trainer.step}, loss ${train.loss.toFixed(3)}, ${(100 * (train.accuracy ?? 0)).toFixed(0)}% of the changed copies right`;
    await look();
  }
  trainer.destroy();
}
