/** Whether the weights of a file can begin a run, in the words of the command's `--from`. */
import { parseSafetensors } from '../../data/safetensors.ts';
import { DataError } from '../../errors.ts';
import { readDescription } from '../../train/model-file/read.ts';
import { KEY } from '../../train/model-file/version.ts';
import { SIDES } from './own-colour.ts';

/** The images of a run. */
export interface RunImages {
  readonly height: number;
  readonly width: number;
  /** Undefined: nobody knows before they are read. */
  readonly channels?: number | undefined;
  /** Whether they are made as options say. */
  readonly photos: boolean;
}

const colourText = (channels: number): string =>
  channels === 1 ? 'grey' : channels === 3 ? 'in colour' : `of ${channels} channels`;

const sizeText = ({ height, width }: Pick<RunImages, 'height' | 'width'>): string =>
  `${height} × ${width}`;

/**
 * Checks that a run learns from images like those that the network of a model file did.
 *
 * @param bytes of the file; one that tells of no images is not looked at
 * @param images of the run; undefined if it learns from something else
 * @param name of the file, in messages
 * @throws DataError if they have another size or other colours
 */
export function checkSameImages(
  bytes: Uint8Array,
  images: RunImages | undefined,
  name: string,
): void {
  const { metadata } = parseSafetensors(bytes);
  if (!(KEY in metadata)) return;
  const { image, vocabulary } = readDescription(metadata, undefined, (description) => description);
  if (vocabulary && images) {
    throw new DataError(
      `--from: ${name} has learned from a text; this run learns from images. Begin without it`,
    );
  }
  if (!image) return;
  if (!images) {
    throw new DataError(
      `--from: ${name} has learned from images; this run learns from something else. Begin without it`,
    );
  }
  const isSize = image.height === images.height && image.width === images.width;
  const isColour = images.channels === undefined || images.channels === image.channels;
  if (isSize && isColour) return;
  const now = images.channels === undefined ? '' : ` and ${colourText(images.channels)}`;
  const advice = images.photos ? making(image, isSize, isColour) : undefined;
  throw new DataError(
    `--from: ${name} has learned from images that are ${sizeText(image)} and ${colourText(image.channels)}; those of this run are ${sizeText(images)}${now}. ${
      advice
        ? `Make them like those: ${advice}; or begin without it`
        : 'Give images like those, or begin without it'
    }`,
  );
}

/** The options that make photos so; undefined if none do. */
function making(
  {
    height,
    width,
    channels,
  }: { readonly height: number; readonly width: number; readonly channels: number },
  isSize: boolean,
  isColour: boolean,
): string | undefined {
  const isSide = height === width && SIDES.some((side) => side === height);
  const isAble = (isSize || isSide) && [1, 3].includes(channels);
  if (!isAble) return undefined;
  return [
    ...(isSize ? [] : [`--side ${height}`]),
    ...(isColour ? [] : [`--colour ${channels === 1 ? 'grey' : 'rgb'}`]),
  ].join(' ');
}

/** An error of tensors that are another network's: the engine advises what code can do. Any other error itself. */
export function ofBegin(error: unknown, network: string): unknown {
  if (!(error instanceof DataError) || !error.message.startsWith('the file has ')) return error;
  const [facts] = error.message.split(/\. (?=[A-Z])/, 1);
  return new DataError(
    `--from: ${facts}. These are not the weights of ${network}. Give the network as it was (--model, --layers; \`info FILE\` shows it), or begin without it`,
    { cause: error },
  );
}
