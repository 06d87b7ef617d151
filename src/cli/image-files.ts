import { parseIdx } from '../data/idx.ts';
import { imagesFrom } from '../data/pictures.ts';
import { DataError } from '../errors.ts';
import { asChannels } from '../harness/own/colours.ts';
import { imageHead, problemOfHead } from '../harness/own/image-size.ts';
import type { Photos } from '../harness/own/photos.ts';
import { checkTaken } from './not-taken.ts';
import { pngPixels } from './png.ts';
import { checkBytes, isJpeg, isNpy, isPng, namesOf, npyIn, readSamples } from './sample-files.ts';

/** Images of bytes, [count, height, width, channels] row by row. */
export interface FileImages {
  readonly images: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** What each is called: its file, and in a file of several its number. */
  readonly names: readonly string[];
  /** Photos, whose bytes are not there yet: the browser makes them as those that the model learned from. */
  readonly photos?: readonly FilePhoto[];
  /** Of files that are none of these, why: they are passed over. */
  readonly refused?: readonly string[];
}

/** A photo among images. */
export interface FilePhoto {
  /** Its place among the images. */
  readonly at: number;
  readonly file: string;
}

/** How a model takes photos. */
export interface TakenPhotos extends Photos {
  /** Whether there is a browser, which decodes them. */
  readonly decoded: boolean;
}

/** The form of image that a model takes. */
export interface WantedForm {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

const formText = ({ height, width, channels }: WantedForm): string =>
  `${height}×${width}${channels === 1 ? '' : ` with ${channels} channels`}`;

/** Some images of a file. */
type Part = Pick<FileImages, 'images' | 'names'>;

/**
 * Reads images of files: PNG, IDX as MNIST has it, and npy of bytes, also with gzip. Colours become grey if the model takes one channel.
 * Files that are neither, or have another form, are passed over if there are others.
 *
 * @param wanted the form that the model takes
 * @param photos how it takes photos of any size. Default not at all
 * @throws {UsageError} if a file cannot be read; DataError if none is taken, or all are too large together
 */
export async function readImages(
  files: readonly string[],
  wanted: WantedForm,
  photos?: TakenPhotos,
): Promise<FileImages> {
  const parts: Part[] = [];
  const made: FilePhoto[] = [];
  const refused: DataError[] = [];
  let [at, size] = [0, 0];
  for (const file of files) {
    try {
      const bytes = await readSamples(file);
      const isPhoto = photos !== undefined && (imageHead(bytes) !== undefined || isJpeg(bytes));
      const part = isPhoto
        ? photo(bytes, file, wanted, photos)
        : others(bytes, file, wanted, photos);
      if (isPhoto && photos.decoded) made.push({ at, file });
      parts.push(part);
      at += part.names.length;
      size += part.images.length;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      refused.push(error);
    }
    checkBytes(size);
  }
  checkTaken(refused, files.length);
  const images = new Uint8Array(size);
  let end = 0;
  for (const part of parts) {
    images.set(part.images, end);
    end += part.images.length;
  }
  const names = parts.flatMap((part) => part.names);
  return {
    ...{ ...wanted, images, count: at, names },
    ...(made.length > 0 ? { photos: made } : {}),
    ...(refused.length > 0 ? { refused: refused.map(({ message }) => message) } : {}),
  };
}

/** Images of a file that is no photo for the model. */
function others(
  bytes: Uint8Array,
  file: string,
  wanted: WantedForm,
  photos: TakenPhotos | undefined,
): Part {
  if (isPng(bytes) && !photos) return picture(bytes, file, wanted);
  const head = imageHead(bytes);
  if (head) throw noPhotos(file, head.kind, wanted);
  return several(bytes, file, wanted, photos);
}

const noPhotos = (file: string, kind: string, wanted: WantedForm): DataError =>
  new DataError(
    `'${file}' is a ${kind}; the model file does not say that it learned from photos, and takes PNG files of ${formText(wanted)}. Scale it first, ${orPhotos}`,
  );

/** What makes a photo fit a model whose file does not say how it takes photos. */
const orPhotos =
  'or give --photos plain: of each photo the square in the middle is taken and made that size; with --photos inverted, light and dark are exchanged, too';

/** A photo that the browser makes later; without one, a PNG file that has the size already. */
function photo(
  bytes: Uint8Array,
  file: string,
  { height, width, channels }: WantedForm,
  { decoded, inverted }: TakenPhotos,
): Part {
  const problem = problemOfHead(imageHead(bytes));
  if (problem !== undefined) throw new DataError(`'${file}' cannot be read: ${problem}`);
  if (decoded) return { images: new Uint8Array(height * width * channels), names: [file] };
  const pixels = isPng(bytes) ? pngPixels(bytes, file) : undefined;
  if (pixels?.width !== width || pixels.height !== height) {
    throw new DataError(
      `'${file}' has another size than the ${height} × ${width} that the model takes, or is no PNG file; a browser makes it so. Leave --runtime out`,
    );
  }
  const images = asChannels(Uint8ClampedArray.from(pixels.data), channels === 1 ? 1 : 3);
  return { images: inverted ? images.map((value) => 255 - value) : images, names: [file] };
}

/** @param or what else can be done. @throws DataError unless images have the form */
function checkForm(file: string, own: WantedForm, wanted: WantedForm, or = ''): void {
  const { height, width, channels } = wanted;
  if (own.height === height && own.width === width && own.channels === channels) return;
  throw new DataError(
    `'${file}' is ${formText(own)}; the model takes images of ${formText(wanted)}. Scale it first${or}`,
  );
}

function picture(bytes: Uint8Array, file: string, wanted: WantedForm): FileImages {
  const { channels } = wanted;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new DataError(`'${file}' is a PNG file; the model takes images of ${channels} channels`);
  }
  const pixels = pngPixels(bytes, file);
  checkForm(file, { ...pixels, channels }, wanted, `, ${orPhotos}`);
  return { ...imagesFrom([pixels], { channels }), channels, names: [file] };
}

/** What is no photo, where photos are taken. */
function noPhoto(
  bytes: Uint8Array,
  file: string,
  wanted: WantedForm,
  { decoded }: TakenPhotos,
): DataError {
  const is = bytes.length === 0 ? 'is empty' : 'cannot be decoded: it is damaged, or no photo';
  const takes = decoded
    ? 'photos of any size (PNG, JPEG, GIF, WebP, BMP)'
    : `PNG files of ${formText(wanted)}`;
  return new DataError(
    `'${file}' ${is}; the model takes ${takes}, or images of ${formText(wanted)} as IDX or npy`,
  );
}

/** The bytes of a file of several images, and its sizes. */
function arrayIn(
  bytes: Uint8Array,
  file: string,
  wanted: WantedForm,
  photos: TakenPhotos | undefined,
): { dims: readonly number[]; data: Uint8Array } {
  if (!isNpy(bytes)) {
    try {
      return parseIdx(bytes);
    } catch (error) {
      // IDX files begin with two zeros.
      const isIdx = bytes[0] === 0 && bytes[1] === 0;
      throw photos && !isIdx
        ? noPhoto(bytes, file, wanted, photos)
        : new DataError(
            `'${file}' is neither PNG, IDX nor npy; the model takes images of ${formText(wanted)}. ${(error as Error).message}`,
          );
    }
  }
  const { dtype, shape, data } = npyIn(bytes, file);
  if (dtype === 'U8') return { dims: shape, data: data as Uint8Array };
  throw new DataError(
    `'${file}' has ${dtype}; the model takes images as bytes. Save them as numpy.uint8, from 0 to 255`,
  );
}

function several(
  bytes: Uint8Array,
  file: string,
  wanted: WantedForm,
  photos: TakenPhotos | undefined,
): FileImages {
  const { dims, data } = arrayIn(bytes, file, wanted, photos);
  const [count, height, width, channels = 1, ...more] = dims;
  if (width === undefined || more.length > 0) {
    throw new DataError(
      `'${file}' has ${dims.join('×') || 'no'} numbers; images are [count, height, width], or with channels behind`,
    );
  }
  // Before the names: a size of 0 makes any count possible.
  checkForm(file, { height, width, channels }, wanted);
  return { images: data, count, height, width, channels, names: namesOf(file, count) };
}
