import { isTransferred } from '../check.ts';
import { DataError } from '../errors.ts';
import type { Images } from './dataset.ts';
import type { GivenSources } from './given.ts';
import type { LiveSet } from './live.ts';
import type { Numbers } from './numbers.ts';
import { classesOf, type ReadRows, transferred } from './pieces.ts';
import type { TokenSplit } from './token-split.ts';

/** A field of each sample, as kernels read it. */
export interface Field {
  readonly name: 'pixels' | 'inputs' | 'targets' | 'labels' | 'sampleWeights';
  /** Bytes of a sample, a multiple of 4. */
  readonly bytes: number;
  /** Writes samples one after another; padding is not written. */
  gather(indices: Uint32Array, into: Uint8Array): void | Promise<void>;
}

/** A checked split on the host: the fields that kernels read, and how to get them. */
export interface HostSplit {
  /** The name of its inputs in messages, such as `train.inputs`. */
  readonly what: string;
  readonly count: number;
  /** Numbers of a sample's input, or its pixels. */
  readonly columns: number;
  /** Of images; default 1. */
  readonly channels?: number;
  /** Whether all of it is in memory: `gather` returns no promise then. */
  readonly inMemory: boolean;
  readonly inputs: Field;
  /** Targets or labels, and weights, if there are any. */
  readonly others: readonly Field[];
  readonly labels: Uint32Array | undefined;
  /** The numbers as they were given; undefined for images. */
  readonly read: ReadRows | undefined;
  readonly sources: GivenSources;
  /** The tokens whose windows are the samples. */
  readonly tokens?: TokenSplit;
  /** The live set that the samples belong to; `count` is its capacity then. */
  readonly live?: Pick<LiveSet, 'count' | 'watch'>;
}

/** Bytes of an image, padded to words of 4 for kernels. */
export const paddedBytes = (pixels: number): number => Math.ceil(pixels / 4) * 4;

/** Bytes of an image, without padding. */
export const bytesOf = ({ height, width, channels = 1 }: Omit<Images, 'count'>): number =>
  height * width * channels;

/** Whether images are samples of a model's shape: vectors of as many numbers, or [height, width] and the channels. */
export function areOfShape(images: Omit<Images, 'count'>, shape: readonly number[]): boolean {
  const { height, width, channels = 1 } = images;
  const [first, second, third = 1] = shape;
  if (shape.length === 1) return first === bytesOf(images);
  return shape.length <= 3 && first === height && second === width && third === channels;
}

/** The size of images in messages: 28×28, or 32×32×3. */
export const sizeText = ({ height, width, channels = 1 }: Omit<Images, 'count'>): string =>
  `${height}×${width}${channels > 1 ? `×${channels}` : ''}`;

/** The name of a field in messages. */
export const nameOf = ({ name }: Field): string => (name === 'pixels' ? 'images' : name);

/** All fields, the inputs first. */
export const fieldsOf = ({ inputs, others }: HostSplit): readonly Field[] => [inputs, ...others];

/** Whether two splits have the same fields. */
export const sameFields = (one: HostSplit, other: HostSplit): boolean =>
  [one, other]
    .map((split) => fieldsOf(split).map(({ name, bytes }) => `${name} ${bytes}`))
    .map(String)
    .every((text, _, [first]) => text === first);

/** Classes. */
export function labelsField(labels: Uint32Array): Field {
  return {
    name: 'labels',
    bytes: 4,
    gather: (indices, into) => {
      const out = new Uint32Array(into.buffer, into.byteOffset, indices.length);
      for (let i = 0; i < indices.length; i++) out[i] = labels[indices[i]];
    },
  };
}

function pixelsField(source: Images, pixels: number): Field {
  const padded = paddedBytes(pixels);
  const gather: Field['gather'] =
    'images' in source
      ? (indices, into) => {
          // It may have been transferred since the check.
          if (isTransferred(source.images)) throw transferred('images', source.images);
          for (let row = 0; row < indices.length; row++) {
            const at = indices[row] * pixels;
            into.set(source.images.subarray(at, at + pixels), row * padded);
          }
        }
      : padded === pixels
        ? (indices, into) => source.gather(indices, into)
        : async (indices, into) => {
            const packed = new Uint8Array(indices.length * pixels);
            await source.gather(indices, packed);
            for (let row = 0; row < indices.length; row++) {
              into.set(packed.subarray(row * pixels, (row + 1) * pixels), row * padded);
            }
          };
  return { name: 'pixels', bytes: padded, gather };
}

/** @throws DataError if a split is empty, or its sizes do not match. */
function checkImages(images: Images, labels: Numbers): void {
  const { count } = images;
  const bytes = 'images' in images ? images.images.length : undefined;
  const needed = count * bytesOf(images);
  if (count === 0 || (bytes ?? needed) !== needed || labels.length !== count) {
    const given = bytes === undefined ? 'a source' : `${bytes} bytes`;
    throw new DataError(
      `${count} images of ${sizeText(images)} were given with ${given} and ${labels.length} labels; they need ${needed} bytes and ${count} labels, at least one`,
    );
  }
}

/**
 * Images and their labels.
 *
 * @throws DataError if the split is empty, or its sizes do not match
 */
export function hostImages(
  images: Images,
  labels: Numbers = new Uint8Array(images.count),
): HostSplit {
  checkImages(images, labels);
  const pixels = bytesOf(images);
  const classes = classesOf(labels);
  return {
    what: 'images',
    count: images.count,
    columns: pixels,
    channels: images.channels ?? 1,
    inMemory: 'images' in images,
    inputs: pixelsField(images, pixels),
    others: [labelsField(classes)],
    labels: classes,
    read: undefined,
    sources: { inputs: undefined, targets: undefined, weighted: false },
  };
}

/** A data set's splits on the host, checked, the inputs standardised. */
export interface HostData {
  readonly train: HostSplit;
  readonly test: HostSplit | undefined;
}
