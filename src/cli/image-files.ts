import { maybeGunzip } from '../data/gzip.ts';
import { parseIdx } from '../data/idx.ts';
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

const formText = ({ height, width, channels }: WantedForm): string =>
  `${height}×${width}${channels === 1 ? '' : ` with ${channels} channels`}`;

/**
 * Reads images of files: PNG, and IDX as MNIST has it, also with gzip. Colours become grey if the model takes one channel.
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
    const bytes = await maybeGunzip(await readGiven(file, 'IMAGES'));
    const isPng = PNG.every((byte, i) => bytes[i] === byte);
    const own = isPng ? picture(bytes, file, wanted) : several(bytes, file);
    if (
      own.height !== wanted.height ||
      own.width !== wanted.width ||
      own.channels !== wanted.channels
    ) {
      throw new DataError(
        `'${file}' is ${formText(own)}; the model takes images of ${formText(wanted)}. Scale it first`,
      );
    }
    parts.push(own);
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

function picture(bytes: Uint8Array, file: string, { channels }: WantedForm): FileImages {
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new DataError(`'${file}' is a PNG file; the model takes images of ${channels} channels`);
  }
  const pixels = pngPixels(bytes, file);
  return { ...imagesFrom([pixels], { channels }), channels, names: [file] };
}

function several(bytes: Uint8Array, file: string): FileImages {
  let idx: ReturnType<typeof parseIdx>;
  try {
    idx = parseIdx(bytes);
  } catch (error) {
    throw new DataError(`'${file}' is neither PNG nor IDX. ${(error as Error).message}`);
  }
  const [count, height, width, channels = 1, ...more] = idx.dims;
  if (width === undefined || more.length > 0) {
    throw new DataError(
      `'${file}' has ${idx.dims.join('×')} numbers; images are [count, height, width], or with channels behind`,
    );
  }
  const names = Array.from({ length: count }, (_, i) => `${file}[${i}]`);
  return { images: idx.data, count, height, width, channels, names };
}
