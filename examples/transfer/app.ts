/** Transfer learning: convolutions from a file, and a head that learns frames of a camera or a canvas, class by class. */
import {
  adam,
  adaptiveAvgPool2d,
  type Engine,
  flatten,
  Inference,
  imagesFrom,
  linear,
  liveSet,
  Sequential,
  Trainer,
} from 'gradweave';
import { readWeights } from 'gradweave/checkpoint';
import { pad, reduced } from '../pad.ts';
import { backbone, CHANNELS } from './backbone.mjs';

/** Pixels of a side, as the network sees a frame. The file's convolutions learned images of 28; they take any size. */
const SIDE = 56;
/** The mean of each channel in each quarter of the frame. */
const FEATURES = 4 * CHANNELS;
/** Outputs of the head. Those of classes that are not there yet learn to be unlikely. */
const MOST_CLASSES = 10;

/** @param file the weights of pretrain.mjs. @param signal ends it */
export async function app(
  engine: Engine,
  page: ParentNode,
  file: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const find = <T extends Element>(name: string): T => page.querySelector(name) as T;
  const [status, list] = [find<HTMLElement>('#status'), find<HTMLElement>('#classes')];
  const [canvas, video] = [find<HTMLCanvasElement>('#pad'), find<HTMLVideoElement>('#video')];

  const model = new Sequential([SIDE, SIDE], [...backbone(), adaptiveAvgPool2d(2), flatten()]);
  // The file also has the layer that named clothes, which is of no use here.
  const weights = readWeights(file, model, { ignore: '10.*' });
  const eyes = await Inference.create(engine, { model, batch: 1, weights });
  const samples = liveSet({ capacity: 5000, inputs: FEATURES, classes: MOST_CLASSES });
  const head = await Trainer.create(engine, {
    model: new Sequential([FEATURES], [linear(FEATURES, MOST_CLASSES)]),
    dataset: { train: samples },
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 5e-3 }),
    batchSize: 32,
  });

  const clear = pad(canvas);
  find('#clear').addEventListener('click', clear);
  find('#camera').addEventListener('click', async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 320 } });
      await video.play();
      [video.hidden, canvas.hidden] = [false, true];
    } catch (error) {
      status.textContent = `There is no camera to use: ${error}`;
    }
  });

  /** The class whose button is held down, by its number. */
  let held: number | undefined;
  const classes: { readonly row: Element; frames: number }[] = [];
  const add = (): void => {
    const label = classes.length;
    if (label === MOST_CLASSES) return;
    list.append(find<HTMLTemplateElement>('#class').content.cloneNode(true));
    const row = list.lastElementChild as Element;
    (row.querySelector('input') as HTMLInputElement).value = `class ${label + 1}`;
    const button = row.querySelector('button');
    for (const type of ['pointerdown', 'keydown']) {
      button?.addEventListener(type, () => {
        held = label;
      });
    }
    for (const type of ['pointerup', 'pointercancel', 'keyup', 'blur']) {
      button?.addEventListener(type, () => {
        held = undefined;
      });
    }
    classes.push({ row, frames: 0 });
  };
  find('#add').addEventListener('click', add);
  add();
  add();

  while (!signal?.aborted) {
    const picture = video.hidden ? canvas : video;
    const { images } = imagesFrom([reduced(picture, SIDE)], { channels: 1 });
    const features = await eyes.predict(Float32Array.from(images, (byte) => byte / 255));
    const label = held;
    if (label !== undefined) {
      samples.push(features, label);
      const { row } = classes[label];
      const frames = ++classes[label].frames;
      (row.querySelector('small') as HTMLElement).textContent = `${frames} frames`;
    }
    if (samples.count === 0) {
      status.textContent = 'Show something, and hold the button of its class.';
    } else {
      const history = await head.fit({ epochs: 1 });
      const { train } = history[history.length - 1];
      status.textContent = `${samples.count} frames, step ${head.step}, loss ${train.loss.toFixed(3)}`;
      const shares = await head.predict([features], { as: 'probability' });
      classes.forEach(({ row }, i) => {
        (row.querySelector('meter') as HTMLMeterElement).value = shares[i];
      });
    }
    await new Promise(requestAnimationFrame);
  }
  head.destroy();
  eyes.destroy();
}
