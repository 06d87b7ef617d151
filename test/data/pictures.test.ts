import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imagesFrom } from '../../src/data/pictures.ts';
import { DataError, OptionError } from '../../src/errors.ts';

const pictures = suite('pictures');

/** Two pixels: red with half an alpha, and (10, 20, 30). */
const one = { data: [255, 0, 0, 128, 10, 20, 30, 255], width: 2, height: 1 };

pictures('bytes with 1, 3 or 4 channels, and their sizes', () => {
  const bytes = (channels: 1 | 3 | 4): number[] => [...imagesFrom([one], { channels }).images];
  assert.equal(bytes(4), one.data);
  assert.equal(bytes(3), [255, 0, 0, 10, 20, 30]);
  // As Pillow's convert('L'): 76.2 and 18.2.
  assert.equal(bytes(1), [76, 18]);
  const { images, ...sizes } = imagesFrom([one, one, one]);
  assert.equal(sizes, { count: 3, height: 1, width: 2, channels: 3 });
  assert.is(images.length, 18);
});

pictures('a canvas is read by its context, whatever its class', () => {
  const canvas = {
    width: 2,
    height: 1,
    getContext: (kind: string) =>
      kind === '2d' ? { drawImage() {}, getImageData: () => one } : null,
  };
  assert.equal([...imagesFrom([canvas, one], { channels: 4 }).images], [...one.data, ...one.data]);
});

function refused(
  given: unknown,
  kind: typeof OptionError,
  message: RegExp,
  options?: object,
): void {
  assert.throws(
    () => imagesFrom(given as never, options),
    (error: unknown) => error instanceof kind && message.test(error.message),
    String(message),
  );
}

pictures('what is no picture, or of another size, is refused', () => {
  refused([], OptionError, /an array of 0 was given; give an array of ImageData/);
  refused([7], OptionError, /picture 0 is 7; give ImageData, a canvas, an ImageBitmap/);
  refused([one], OptionError, /channels 2 was given; use 1, 3 or 4/, { channels: 2 });
  refused([one, { ...one, data: [1] }], DataError, /picture 1 has an array of 1 for 2×1 pixels/);
  refused([{ ...one, width: 0 }], DataError, /picture 0 is 0×1; it has no pixels/);
  refused(
    [one, { data: one.data, width: 1, height: 2 }],
    DataError,
    /picture 1 is 1×2, picture 0 2×1; bring them to one size first/,
  );
  const bitmap = { width: 1, height: 1, close() {} };
  refused([bitmap], DataError, /needs an OffscreenCanvas, which is not here/);
  const other = { width: 1, height: 1, getContext: () => null };
  refused([other], DataError, /has no 2d context, as a canvas of WebGL/);
});

pictures.run();
