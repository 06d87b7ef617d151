import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { Op, Ref } from '../graph/op.ts';
import { spec, storageOf } from '../graph/tensor.ts';
import type { Augmentation } from './augment.ts';
import { mapDispatch } from './map.ts';

/** The images of the batch, and how they become numbers. */
export interface ImagesAttributes {
  /** [batch, …]; the sizes after the first multiply to the bytes of an image, or of its part. */
  readonly shape: readonly number[];
  /** Of the data set. */
  readonly image: readonly [height: number, width: number, channels: number];
  /** The size of the part that is read. Default all of it; without changes the part in the middle. */
  readonly part?: readonly [height: number, width: number] | undefined;
  /** byte / 255 · scale + shift, for each channel. */
  readonly scale: readonly number[];
  readonly shift: readonly number[];
  /** Random changes. Default none. */
  readonly augmentation?: Augmentation | undefined;
}

function changePart(augmentation: Augmentation | undefined): Part<Ref> {
  if (!augmentation) return use(wgsl.imageAsIs);
  const { flip, shift, border, cutOut, brightness, contrast } = augmentation;
  return use(wgsl.imageAugment, {
    constants: {
      FLIP_BELOW: Math.round(flip * 2 ** 24),
      SHIFT_Y: shift[0],
      SHIFT_X: shift[1],
      REFLECT: Number(border === 'reflect'),
      CUT_Y: cutOut[0],
      CUT_X: cutOut[1],
      BRIGHTNESS: brightness,
      CONTRAST: contrast,
    },
  });
}

export const imagesOp: Op<ImagesAttributes> = {
  name: 'images',
  residence: 'computed',
  // Channels that products along the last dimension will read have a row for each pixel.
  infer: (_, { shape }) => spec(shape, 'f32', shape.length === 4 && shape[3] > 1 ? 3 : 1),
  dispatch: (node) => {
    const { shape, image, part: seen = image, scale, shift, augmentation } = node.attributes;
    const { rows, columns } = storageOf(node.spec);
    const part: Part<Ref> = use(wgsl.imageImages, {
      constants: {
        IMAGE_Y: image[0],
        IMAGE_X: image[1],
        PART_Y: seen[0],
        PART_X: seen[1],
        CHANNELS: image[2],
        IMAGE_ROWS: rows / shape[0],
        IMAGE_COLUMNS: columns,
        BATCH_COUNT: shape[0],
        SCALE_0: scale[0],
        SCALE_1: scale[1] ?? 1,
        SCALE_2: scale[2] ?? 1,
        SCALE_3: scale[3] ?? 1,
        SHIFT_0: shift[0],
        SHIFT_1: shift[1] ?? 0,
        SHIFT_2: shift[2] ?? 0,
        SHIFT_3: shift[3] ?? 0,
      },
    });
    return mapDispatch(node, [part, changePart(augmentation)], 10);
  },
};

/**
 * The images of the batch as floats, each channel with its own scale and shift, changed at random if asked. They are written
 * to memory once a step: a product that gathered them itself would draw the changes again with each load.
 */
export const images = (graph: Graph, attributes: ImagesAttributes): Node =>
  graph.add(imagesOp, [], attributes);
