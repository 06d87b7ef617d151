import { maybeGunzip } from '../data/gzip.ts';
import { parseIdx } from '../data/idx.ts';
import { parseNpy } from '../data/npy.ts';
import { imagesFrom } from '../data/pictures.ts';
import { DataError } from '../errors.ts';
import { pngPixels } from './png.ts';
import { readGiven } from './resumed.ts';

/** Images of bytes, [count, height, width, channels] row by row. */
export interface FileImages {
  readonly images: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** What each is called: its file, and in a file of several its number. */
  readonly names: readonly string[];
}

/** The form of image that a model takes. */
export interface WantedForm {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

const PNG = [0x89, 0x50, 0x4e, 0x47];
const NPY = [0x93, 0x4e, 0x55, 0x4d];

const begins = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);

/** Whether a file is of numpy. */
export const isNpy = (bytes: Uint8Array): boolean => begins(bytes, NPY);

const formText = ({ height, width, channels }: WantedForm): string =>
  `${height}×${width}${channels === 1 ? '' : ` with ${channels} channels`}`;

/**
 * Reads images of files: PNG, IDX as MNIST has it, and npy of bytes, also with gzip. Colours become grey if the model takes one channel.
 *
 * @param wanted the form that the model takes
 * @throws {UsageError} if a file cannot be read; DataError if it is neither, or its images have another form
 */
export async function readImages(
  files: readonly string[],
  wanted: WantedForm,
): Promise<FileImages> {
  const parts: { readonly images: Uint8Array; readonly names: readonly string[] }[] = [];
  for (const file of files) {
    const bytes = await maybeGunzip(await readGiven(file, 'SAMPLES'));
    parts.push(begins(bytes, PNG) ? picture(bytes, file, wanted) : several(bytes, file, wanted));
    checkBytes(parts.reduce((sum, { images }) => sum + images.length, 0));
  }
  const count = parts.reduce((sum, { names }) => sum + names.length, 0);
  const images = new Uint8Array(count * wanted.height * wanted.width * wanted.channels);
  let at = 0;
  for (const part of parts) {
    images.set(part.images, at);
    at += part.images.length;
  }
  return { ...wanted, images, count, names: parts.flatMap(({ names }) => names) };
}

/** @throws DataError unless images have the form */
function checkForm(file: string, own: WantedForm, wanted: WantedForm): void {
  const { height, width, channels } = wanted;
  if (own.height === height && own.width === width && own.channels === channels) return;
  throw new DataError(
    `'${file}' is ${formText(own)}; the model takes images of ${formText(wanted)}. Scale it first`,
  );
}

/** Samples are sent to the browser as one message; Chrome ends pages at messages of hundreds of megabytes. */
const MOST_BYTES = 2 ** 26;

/** @throws DataError if samples are too many for one run */
function checkBytes(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new DataError(
    `the samples have ${bytes} bytes; one run takes up to ${MOST_BYTES}. Give fewer of them at once`,
  );
}

/** The names of the samples in a file. @throws DataError if there are none */
function namesOf(file: string, count: number): string[] {
  if (count === 0) throw new DataError(`'${file}' has no samples. Check which file it is`);
  return Array.from({ length: count }, (_, i) => `${file}[${i}]`);
}

function picture(bytes: Uint8Array, file: string, wanted: WantedForm): FileImages {
  const { channels } = wanted;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new DataError(`'${file}' is a PNG file; the model takes images of ${channels} channels`);
  }
  const pixels = pngPixels(bytes, file);
  checkForm(file, { ...pixels, channels }, wanted);
  return { ...imagesFrom([pixels], { channels }), channels, names: [file] };
}

/** The bytes of a file of several images, and its sizes. */
function arrayIn(bytes: Uint8Array, file: string): { dims: readonly number[]; data: Uint8Array } {
  if (!isNpy(bytes)) {
    try {
      return parseIdx(bytes);
    } catch (error) {
      throw new DataError(`'${file}' is neither PNG, IDX nor npy. ${(error as Error).message}`);
    }
  }
  const { dtype, shape, data } = parseNpy(bytes);
  if (dtype === 'U8') return { dims: shape, data: data as Uint8Array };
  throw new DataError(
    `'${file}' has ${dtype}; the model takes images as bytes. Save them as numpy.uint8, from 0 to 255`,
  );
}

function several(bytes: Uint8Array, file: string, wanted: WantedForm): FileImages {
  const { dims, data } = arrayIn(bytes, file);
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

/** Samples of numbers, [count, …shape] row by row. */
export interface FileNumbers {
  readonly numbers: Float32Array;
  readonly count: number;
  readonly names: readonly string[];
}

/**
 * Reads samples of numbers from npy files, each of one sample or of several.
 *
 * @param shape of a sample, as the model takes it
 * @throws {UsageError} if a file cannot be read; DataError if it is not npy, or has samples of another shape
 */
export async function readNumbers(
  files: readonly string[],
  shape: readonly number[],
): Promise<FileNumbers> {
  const parts: { readonly data: ArrayLike<number>; readonly names: readonly string[] }[] = [];
  for (const file of files) {
    const array = parseNpy(await maybeGunzip(await readGiven(file, 'SAMPLES')));
    const one = array.shape.join() === shape.join();
    if (!one && array.shape.slice(1).join() !== shape.join()) {
      throw new DataError(
        `'${file}' is [${array.shape.join(', ')}]; the model takes samples of [${shape.join(', ')}], or [count, ${shape.join(', ')}]`,
      );
    }
    const count = one ? 1 : array.shape[0];
    parts.push({ data: array.data, names: one ? [file] : namesOf(file, count) });
    checkBytes(4 * parts.reduce((sum, { data }) => sum + data.length, 0));
  }
  const numbers = new Float32Array(parts.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of parts) {
    numbers.set(data, at);
    at += data.length;
  }
  const names = parts.flatMap((part) => part.names);
  return { numbers, count: names.length, names };
}
