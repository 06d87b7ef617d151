import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { type Augmentation, changeOf } from '../../src/ops/augment.ts';
import { images } from '../../src/ops/images.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { type AugmentOptions, checkAugment } from '../../src/train/augment.ts';
import { evaluate, near } from './evaluate.ts';

const augment = suite('augmentation');

const NONE: Augmentation = {
  flip: 0,
  shift: [0, 0],
  border: 'zero',
  cutOut: [0, 0],
  brightness: 0,
  contrast: 0,
  crop: null,
};
const [HEIGHT, WIDTH] = [4, 6];
const SIZE = HEIGHT * WIDTH * 3;
const COUNT = 64;
const KEY = [5, 6] as const;
const random = new RandomStream([1, 2]);
const bytes = Uint8Array.from({ length: SIZE * COUNT }, () => random.below(256));

/** Images of a step, in the order of the data set. */
const imagesAt = (step: number, augmentation?: Augmentation): number[] =>
  evaluate(
    (graph: Graph) => [
      images(graph, {
        shape: [COUNT, HEIGHT, WIDTH, 3],
        image: [HEIGHT, WIDTH, 3],
        scale: [1, 1, 1],
        shift: [0, 0, 0],
        augmentation,
      }),
    ],
    {},
    { images: bytes, labels: new Uint8Array(COUNT), step, key: KEY },
  )[0];

const original = (row: number, y: number, x: number, c: number): number =>
  bytes[row * SIZE + (y * WIDTH + x) * 3 + c] / 255;

/** Checks each number of the images of step 3 against a formula. */
function everywhere(
  augmentation: Augmentation | undefined,
  wanted: (at: {
    readonly row: number;
    readonly y: number;
    readonly x: number;
    readonly c: number;
    readonly change: ReturnType<typeof changeOf>;
  }) => number,
): void {
  const found = imagesAt(3, augmentation);
  const expected = found.map((_, i) => {
    const [row, e] = [Math.floor(i / SIZE), i % SIZE];
    const [y, x, c] = [Math.floor(e / (3 * WIDTH)), Math.floor(e / 3) % WIDTH, e % 3];
    const change = changeOf(augmentation ?? NONE, [HEIGHT, WIDTH], row, 3, KEY);
    return wanted({ row, y, x, c, change });
  });
  near(found, expected);
}

augment('images without changes are bytes / 255', () => {
  everywhere(undefined, ({ row, y, x, c }) => original(row, y, x, c));
  everywhere(NONE, ({ row, y, x, c }) => original(row, y, x, c));
});

augment('half of the images are flipped left to right', () => {
  const flip = { ...NONE, flip: 0.5 };
  let flipped = 0;
  everywhere(flip, ({ row, y, x, c, change }) => {
    if (change.flipped && y + x + c === 0) flipped++;
    return original(row, y, change.flipped ? WIDTH - 1 - x : x, c);
  });
  assert.ok(flipped > 20 && flipped < 44, `${flipped} of ${COUNT}`);
  everywhere({ ...NONE, flip: 1 }, ({ row, y, x, c }) => original(row, y, WIDTH - 1 - x, c));
});

augment('a shift brings in zeros, or the reflected image; all shifts occur', () => {
  const seen = new Set<string>();
  const shift = [1, 2] as const;
  everywhere({ ...NONE, shift }, ({ row, y, x, c, change }) => {
    seen.add(String(change.shift));
    const [fromY, fromX] = [y - change.shift[0], x - change.shift[1]];
    const inside = fromY >= 0 && fromY < HEIGHT && fromX >= 0 && fromX < WIDTH;
    return inside ? original(row, fromY, fromX, c) : 0;
  });
  assert.is(seen.size, 15);
  // As numpy.pad(…, mode='reflect'): d c b | a b c d | c b a.
  const mirror = (size: number): number[] => {
    const inner = Array.from({ length: size }, (_, i) => i);
    return [...inner.slice(1).reverse(), ...inner, ...inner.slice(0, -1).reverse()];
  };
  const at = (place: number, size: number): number => mirror(size)[place + size - 1];
  everywhere({ ...NONE, shift: [3, 5], border: 'reflect' }, ({ row, y, x, c, change }) =>
    original(row, at(y - change.shift[0], HEIGHT), at(x - change.shift[1], WIDTH), c),
  );
});

augment('of larger images training sees a random part, evaluation the middle', () => {
  const part = [2, 3] as const;
  const partsOf = (augmentation?: Augmentation): number[] =>
    evaluate(
      (graph) => [
        images(graph, {
          shape: [COUNT, 18],
          image: [HEIGHT, WIDTH, 3],
          part,
          scale: [1, 1, 1],
          shift: [0, 0, 0],
          augmentation,
        }),
      ],
      {},
      { images: bytes, labels: new Uint8Array(COUNT), step: 3, key: KEY },
    )[0];
  const seen = new Set<string>();
  const change = { ...NONE, crop: part };
  const wanted = (from: (row: number) => readonly number[]): number[] =>
    Array.from({ length: COUNT * 18 }, (_, i) => {
      const [row, pixel] = [Math.floor(i / 18), Math.floor((i % 18) / 3)];
      const [top, left] = from(row);
      return original(row, top + Math.floor(pixel / 3), left + (pixel % 3), i % 3);
    });
  near(
    partsOf(change),
    wanted((row) => {
      const { part: from } = changeOf(change, [HEIGHT, WIDTH], row, 3, KEY);
      seen.add(String(from));
      return from;
    }),
  );
  assert.is(seen.size, 3 * 4);
  near(
    partsOf(),
    wanted(() => [1, 1]),
  );
});

augment('a rectangle around a pixel is cut out', () => {
  const found = imagesAt(3, { ...NONE, cutOut: [2, 3] });
  for (let row = 0; row < COUNT; row++) {
    const { cut } = changeOf({ ...NONE, cutOut: [2, 3] }, [HEIGHT, WIDTH], row, 3, KEY);
    assert.ok(cut[0] >= -1 && cut[0] < HEIGHT - 1 && cut[1] >= -1 && cut[1] < WIDTH - 1);
    const [rows, columns] = [
      2 - Number(cut[0] < 0),
      3 - Number(cut[1] < 0) - Math.max(0, cut[1] + 3 - WIDTH),
    ];
    const own = found.slice(row * SIZE, (row + 1) * SIZE);
    const gone = own.filter((value, e) => value === 0 && bytes[row * SIZE + e] !== 0).length;
    const black = own.filter((_, e) => bytes[row * SIZE + e] === 0).length;
    assert.ok(gone <= 3 * rows * columns && gone >= 3 * rows * columns - black, `${gone}`);
  }
});

augment('brightness multiplies, contrast moves from 1/2, and both stay from 0 to 1', () => {
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  const both = { ...NONE, brightness: 0.5, contrast: 0.8 };
  everywhere(both, ({ row, y, x, c, change }) => {
    const bright = clamp(original(row, y, x, c) * change.brightness.value);
    return clamp((bright - 0.5) * change.contrast.value + 0.5);
  });
  for (let row = 0; row < COUNT; row++) {
    const { brightness, contrast } = changeOf(both, [HEIGHT, WIDTH], row, 3, KEY);
    assert.ok(Math.abs(brightness.value - 1) <= 0.5 && Math.abs(contrast.value - 1) <= 0.8);
  }
});

augment('changes are a function of the seed, the step and the place in the batch', () => {
  const all = { flip: 0.5, shift: [2, 2], border: 'reflect', cutOut: [1, 1] } as const;
  const change = { ...NONE, ...all, brightness: 0.2, contrast: 0.2 };
  assert.equal(imagesAt(3, change), imagesAt(3, change));
  assert.not.equal(imagesAt(3, change), imagesAt(4, change));
  const of = (row: number, step: number, key: readonly [number, number]) =>
    JSON.stringify(changeOf(change, [HEIGHT, WIDTH], row, step, key));
  const texts = [of(0, 0, KEY), of(1, 0, KEY), of(0, 1, KEY), of(0, 0, [5, 7])];
  assert.is(new Set(texts).size, 4);
});

augment('what is larger than the images is refused by name', () => {
  const size = { height: HEIGHT, width: WIDTH };
  const wrong: Record<string, AugmentOptions> = {
    'crop 4×7 was given for images of 4×6; it is at most their size': { crop: [4, 7] },
    'cutOut 5×1 was given for images of 4×6; it is at most their size': { cutOut: [5, 1] },
  };
  for (const [message, options] of Object.entries(wrong)) {
    assert.throws(
      () => checkAugment(options, size),
      (error: Error) => error instanceof OptionError && error.message === `augment: ${message}`,
      message,
    );
  }
  assert.equal(checkAugment({ cutOut: [4, 6] }, size).cutOut, [4, 6]);
});

augment.run();
