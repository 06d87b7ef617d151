import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inkOf } from '../../src/harness/page/inside/pad-ink.ts';
import {
  centred,
  contentOf,
  fillAround,
  greyed,
  hasLightGround,
  type Raster,
  seenOf,
} from '../../src/harness/page/inside/raster.ts';

/** A picture from rows of digits, 0 black to 9 white. */
function picture(...rows: readonly string[]): Raster {
  const [width, height] = [rows[0].length, rows.length];
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  [...rows.join('')].forEach((digit, i) => {
    data.fill((Number(digit) * 255) / 9, 4 * i, 4 * i + 3);
  });
  return { data, width, height };
}

const greys = ({ data }: Raster): string =>
  [...data]
    .filter((_, i) => i % 4 === 0)
    .map((byte) => Math.round((byte * 9) / 255))
    .join('');

test('a light background is told from the edge, whatever is in the middle', () => {
  assert.is(hasLightGround(picture('9999', '9009', '9009', '9999')), true);
  assert.is(hasLightGround(picture('0000', '0990', '0990', '0000')), false);
  // A sleeve that touches the edge is no background.
  assert.is(hasLightGround(picture('9999', '0009', '0009', '9999')), true);
});

test('edges close to the background are trimmed, and what is left is centred with its longer side on the sheet', () => {
  const box = contentOf(picture('99999', '90099', '90099', '90099', '99999'));
  assert.equal(box, { x: 1, y: 1, width: 2, height: 3 });
  assert.equal(centred(box, { width: 28, height: 28 }), {
    ...{ x: (28 - 56 / 3) / 2, y: 0 },
    ...{ width: 56 / 3, height: 28 },
  });
  assert.equal(contentOf(picture('44', '44')), { x: 0, y: 0, width: 2, height: 2 });
});

test('the network sees the mean of the pixels under each of its own', () => {
  const small = { height: 2, width: 2, channels: 1 };
  const seen = seenOf(picture('9900', '9900', '0009', '0000'), small);
  assert.equal([...seen], [255, 0, 0, Math.round(255 / 4)]);
  const colour = { data: Uint8ClampedArray.of(10, 20, 30, 255), width: 1, height: 1 };
  const one = (channels: number): number[] => [
    ...seenOf(colour, { height: 1, width: 1, channels }),
  ];
  assert.equal(one(3), [10, 20, 30]);
  assert.equal(one(4), [10, 20, 30, 255]);
  assert.equal(one(1), [Math.round(0.299 * 10 + 0.587 * 20 + 0.114 * 30)]);
});

test('a photo for a network of grey images is shown in grey, and is seen as it was', () => {
  const colours = {
    data: Uint8ClampedArray.of(...[255, 220, 0, 255], ...[0, 35, 255, 255], ...[9, 9, 9, 120]),
    width: 3,
    height: 1,
  };
  const grey = greyed(colours);
  const luma = [0.299 * 255 + 0.587 * 220, 0.587 * 35 + 0.114 * 255, 9].map(Math.round);
  assert.equal(
    [...grey.data],
    luma.flatMap((value, i) => [value, value, value, [255, 255, 120][i]]),
  );
  const size = { height: 1, width: 3, channels: 1 };
  assert.equal([...seenOf(grey, size)], [...seenOf(colours, size)]);
  assert.is(colours.data[0], 255, 'the photo itself stays');
});

test('filling stops at lines, and reaches every corner of its area', () => {
  const raster = picture('0090', '0090', '9990', '0000');
  fillAround(raster, 0, 0, [255, 255, 255]);
  assert.is(greys(raster), '9990999099900000');
  fillAround(raster, 3, 0, [255, 255, 255]);
  assert.is(greys(raster), '9999999999999999');
  // In colour: what it has already is alike, and another one is not.
  fillAround(raster, 0, 0, inkOf('#d3802f'));
  assert.equal([...raster.data.subarray(0, 4)], [0xd3, 0x80, 0x2f, 255]);
  raster.data.set([0x2f, 0x80, 0xd3], 0);
  fillAround(raster, 3, 0, [0, 0, 0]);
  assert.equal([...raster.data.subarray(0, 8)], [0x2f, 0x80, 0xd3, 255, 0, 0, 0, 255]);
});

test.run();
