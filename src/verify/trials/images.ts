import type { Graph } from '../../graph/graph.ts';
import { type ImagesAttributes, images } from '../../ops/images.ts';
import type { Trial } from '../trial.ts';

const NONE = {
  flip: 0,
  shift: [0, 0],
  border: 'zero',
  cutOut: [0, 0],
  brightness: 0,
  contrast: 0,
  crop: null,
} as const;

/** Changes one by one, and all. */
const CHANGES: Readonly<Record<string, ImagesAttributes['augmentation']>> = {
  'as they are': undefined,
  flipped: { ...NONE, flip: 0.5 },
  shifted: { ...NONE, shift: [2, 1] },
  reflected: { ...NONE, shift: [1, 2], border: 'reflect', flip: 0.5 },
  'cut out': { ...NONE, cutOut: [2, 3] },
  brighter: { ...NONE, brightness: 0.4 },
  'with contrast': { ...NONE, contrast: 1 },
  all: {
    flip: 1,
    shift: [2, 2],
    border: 'reflect',
    cutOut: [3, 2],
    brightness: 0.5,
    contrast: 0.5,
    crop: null,
  },
  cropped: { ...NONE, shift: [1, 0], cutOut: [1, 1], flip: 0.5, crop: [2, 3] },
};

/** Batches of images: grey ones as vectors, and colours with a row for each pixel; all of them, and parts. */
export function imageTrials(): Trial[] {
  const sizes = [
    [3, 5, 1],
    [4, 4, 3],
    [5, 3, 4],
    [7, 9, 3],
  ] as const;
  const changes = [...Object.entries(CHANGES), ['the middle', undefined] as const];
  return changes.flatMap(([change, augmentation]) =>
    sizes.flatMap((image, i) => {
      const channels = image[2];
      const part = change === 'the middle' ? ([2, 2] as const) : augmentation?.crop;
      const [height, width] = part ?? image;
      const options = { batch: [7, 12, 5, 9][i], samples: 23, step: i };
      const attributes = {
        image,
        ...(part ? { part } : {}),
        scale: [2, 1 / 0.229, 0.5, 1].slice(0, channels),
        shift: [-1, -0.485, 0.25, 0].slice(0, channels),
        augmentation,
      };
      return [[height, width, channels], [height * width * channels]].map((sample) => ({
        op: 'images',
        label: `${image.join('×')} ${change}, as ${sample.join('×')}, batch ${options.batch} of 23, step ${i}`,
        ...options,
        build: (graph: Graph) => [
          images(graph, { shape: [options.batch, ...sample], ...attributes }),
        ],
      }));
    }),
  );
}
