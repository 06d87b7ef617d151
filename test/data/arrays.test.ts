import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ArraySplit, RowSource } from '../../src/data/arrays.ts';
import { holdOut as divide } from '../../src/data/holdout.ts';
import { type HostSplit, hostImages } from '../../src/data/host.ts';
import { hostRowSplit, standardised, subsetOf } from '../../src/data/host-rows.ts';
import { labelsOf } from '../../src/data/rows.ts';
import { isColumnScale } from '../../src/data/standardise.ts';
import { statisticsOf } from '../../src/data/statistics.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import { keyOf } from '../../src/random/domains.ts';
import { RandomStream } from '../../src/random/stream.ts';

const test = suite('arrays');

/** Samples with one row of outputs. */
const rowsOf = (width: number): { positions: number; width: number } => ({ positions: 1, width });

const indicesOf = (host: HostSplit) => Uint32Array.from({ length: host.count }, (_, i) => i);

/** What kernels are given of a field, as floats. */
function floatsOf(host: HostSplit, field = host.inputs): number[] {
  const into = new Uint8Array(host.count * field.bytes);
  field.gather(indicesOf(host), into);
  return [...new Float32Array(into.buffer)];
}

const inputs = (rows: ArraySplit['inputs'], columns = 2): Promise<HostSplit> =>
  hostRowSplit('train', { inputs: rows }, columns, rowsOf(1), undefined);

test('numbers of every kind, flat or nested, are the same samples', async () => {
  const wanted = [1, 2, 3, 4, 5, 6];
  const given = [
    wanted,
    Float32Array.from(wanted),
    Float64Array.from(wanted),
    Int8Array.from(wanted),
    Uint8Array.from(wanted),
    Uint8ClampedArray.from(wanted),
    Int16Array.from(wanted),
    Uint16Array.from(wanted),
    Int32Array.from(wanted),
    Uint32Array.from(wanted),
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [Float32Array.of(1, 2), Uint8Array.of(3, 4), [5, 6]],
    [
      [[1], [2]],
      [[3], [4]],
      [[5], [6]],
    ],
    { length: 6, 0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6 },
  ];
  for (const rows of given) {
    const host = await inputs(rows as ArraySplit['inputs']);
    assert.is(host.count, 3);
    assert.equal(floatsOf(host), wanted);
  }
});

function holdOut(host: HostSplit, share: number, key: readonly [number, number]) {
  const { train, test: held } = divide(host, share, key);
  return { train: subsetOf(host, train), test: subsetOf(host, held) };
}

async function refused(work: () => unknown, kind: new () => Error, ...texts: string[]) {
  try {
    await work();
  } catch (error) {
    assert.instance(error, kind);
    for (const text of texts) assert.match((error as Error).message, text);
    assert.ok((error as Error).message.length < 300, (error as Error).message);
    return;
  }
  assert.unreachable('nothing was refused');
}

test('what is no number is refused with its row and column', async () => {
  const huge: readonly (readonly [unknown, number, number, string])[] = [
    [[1, NaN], 0, 1, 'NaN'],
    [[1, 2, Infinity, 4], 1, 0, 'Infinity'],
    // Finite in float64, not in float32.
    [Float64Array.of(1, 2, 3, 1e39), 1, 1, '1e+39'],
    [Float32Array.of(1, 2, 3, -Infinity), 1, 1, '-Infinity'],
    [[1, '2'], 0, 1, '"2"'],
    [[1, null], 0, 1, 'null'],
    [[1, true], 0, 1, 'true'],
    [BigInt64Array.of(1n, 2n), 0, 0, '1n'],
    [new Array(2), 0, 0, 'undefined'],
    [
      [
        [1, 2],
        [3, NaN],
      ],
      1,
      1,
      'NaN',
    ],
  ];
  for (const [rows, row, column, value] of huge) {
    const text = `train.inputs: ${value} in row ${row}, column ${column}`;
    await refused(() => inputs(rows as number[]), DataError, text);
  }
  await refused(
    () =>
      inputs([
        [1, 2],
        [3, 'x'],
      ] as never),
    DataError,
    'row 1',
    '"x"',
  );
});

test('what is no whole number of samples is refused with what was given', async () => {
  await refused(() => inputs([1, 2, 3]), DataError, 'an array of 3', '2 numbers');
  await refused(() => inputs([[1, 2], [3]]), DataError, 'row 1', 'with 1 numbers', 'use 2');
  await refused(
    () =>
      inputs([
        [1, 2],
        [3, 4, 5],
      ]),
    DataError,
    'row 1',
    'with 3 numbers',
  );
  await refused(() => inputs([[1, 2], 3] as never), DataError, 'row 1');
  await refused(() => inputs([]), DataError, '0 samples');
  await refused(() => inputs(7 as never), OptionError, 'train.inputs: 7 was given');
  const four = { inputs: [1, 2, 3, 4], count: 3 };
  await refused(
    () => hostRowSplit('test', four, 2, rowsOf(1), undefined),
    DataError,
    'count 3',
    '2 samples',
  );
  const short = { inputs: [1, 2, 3, 4], targets: [1, 2, 3] };
  await refused(
    () => hostRowSplit('train', short, 2, rowsOf(1), 'targets'),
    DataError,
    'an array of 3 was given for 2 samples; give a number for each',
  );
  const weights = { inputs: [1, 2, 3, 4], weights: [1, NaN] };
  await refused(
    () => hostRowSplit('train', weights, 2, rowsOf(1), undefined),
    DataError,
    'weights: NaN in row 1',
  );
});

test('labels are whole, from 0 to below the classes, or named with their sample', () => {
  for (const labels of [[0, 2, 1], Uint8Array.of(0, 2, 1), Uint16Array.of(0, 2, 1)]) {
    assert.equal([...labelsOf('labels', labels, 3, 3)], [0, 2, 1]);
  }
  for (const [bad, shown] of [
    [3, '3'],
    [-1, '-1'],
    [0.5, '0.5'],
    [NaN, 'NaN'],
    ['1', '"1"'],
  ] as const) {
    const text = `train.labels: sample 1 has label ${shown}; with 3 classes a label is an integer from 0 to 2`;
    const labels = [0, bad, 1] as number[];
    assert.throws(
      () => labelsOf('train.labels', labels, 3, 3),
      (error: Error) => error.message.startsWith(text),
    );
  }
});

/** `count` samples of a class each, with the given numbers of each class. */
function classified(sizes: readonly number[]): Promise<HostSplit> {
  const labels = sizes.flatMap((size, label) => Array<number>(size).fill(label));
  const random = new RandomStream([1, 2]);
  for (let i = labels.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [labels[i], labels[j]] = [labels[j], labels[i]];
  }
  return hostRowSplit(
    'train',
    { inputs: labels.map((_, i) => i), labels },
    1,
    rowsOf(sizes.length),
    'labels',
  );
}

const countsOf = ({ labels = new Uint32Array() }: HostSplit, classes: number): number[] =>
  Array.from({ length: classes }, (_, c) => labels.filter((label) => label === c).length);

test('validation holds out exactly its share of each class, each sample once, by the seed', async () => {
  const whole = await classified([50, 30, 20]);
  const { train, test: held } = holdOut(whole, 0.2, keyOf(3));
  assert.equal([train.count, held.count], [80, 20]);
  assert.equal(countsOf(held, 3), [10, 6, 4]);
  const [rest, out] = [floatsOf(train), floatsOf(held)];
  assert.equal(
    [...rest, ...out].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
  );
  assert.equal(
    out,
    [...out].sort((a, b) => a - b),
    'in the order of the whole',
  );
  assert.equal(floatsOf(holdOut(whole, 0.2, keyOf(3)).test), out, 'the same each time');
  assert.not.equal(floatsOf(holdOut(whole, 0.2, keyOf(4)).test), out);
});

for (const ignored of [-1, 2 ** 31 - 1, 2 ** 32 - 2]) {
  test(`validation holds out its share of the samples with the ignored label ${ignored}, too`, async () => {
    const labels = Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? ignored : i % 2));
    const split = { inputs: labels.map((_, i) => i), labels };
    const whole = await hostRowSplit('train', split, 1, rowsOf(2), 'labels', ignored >>> 0);
    const { train, test: held } = holdOut(whole, 0.2, keyOf(3));
    assert.equal([train.count, held.count], [32, 8]);
    assert.equal(countsOf(held, 2), [2, 4]);
    assert.is(held.labels?.filter((label) => label === ignored >>> 0).length, 2);
  });
}

test('shares that do not divide are rounded so that the sum is right', async () => {
  const whole = await classified([7, 7, 7, 0, 2]);
  const { train, test: held } = holdOut(whole, 0.3, keyOf(1));
  // 23 · 0.3 = 6.9: 7, of classes 2.13, 2.13, 2.13 and 0.6.
  assert.equal(countsOf(held, 5), [2, 2, 2, 0, 1]);
  assert.is(train.count, 16);
  const plain = await inputs(
    Array.from({ length: 11 }, (_, i) => i),
    1,
  );
  assert.is(holdOut(plain, 0.25, keyOf(1)).test.count, 3);
  for (const share of [0, 1, -0.1, NaN, '0.2' as never, 0.01, 0.99]) {
    await refused(() => holdOut(plain, share, keyOf(1)), OptionError, 'validation');
  }
});

test('columns are standardised in float64 before they are rounded; a constant one is 0', async () => {
  // Times in milliseconds: as float32 they would be one number.
  const times = [1.7e12, 1.7e12 + 1, 1.7e12 + 2, 1.7e12 + 3];
  const host = await inputs(times.flatMap((time) => [time, 0.1]));
  const scale = await statisticsOf(host);
  assert.ok(isColumnScale(scale));
  assert.equal(scale, { mean: [1.7e12 + 1.5, 0.1], deviation: [Math.sqrt(1.25), 0] });
  const wanted = times.flatMap((_, i) => [Math.fround((i - 1.5) / Math.sqrt(1.25)), 0]);
  assert.equal(floatsOf(standardised(host, scale)), wanted);
});

test("mean and deviation are the training part's alone", async () => {
  const whole = await inputs(
    Array.from({ length: 40 }, (_, i) => i * i),
    1,
  );
  const { train } = holdOut(whole, 0.5, keyOf(9));
  const values = floatsOf(train);
  const mean = values.reduce((a, b) => a + b, 0) / 20;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 20;
  const scale = await statisticsOf(train);
  assert.ok(isColumnScale(scale));
  assert.ok(Math.abs(scale.mean[0] - mean) < 1e-9 * mean);
  assert.ok(Math.abs(scale.deviation[0] - Math.sqrt(variance)) < 1e-9 * mean);
});

test('images have one mean and deviation of all pixels, padding not counted', async () => {
  const bytes = Uint8Array.from({ length: 3 * 5 }, (_, i) => (i * 37) % 256);
  const host = hostImages({ images: bytes, count: 3, height: 1, width: 5 });
  const mean = bytes.reduce((a, b) => a + b, 0) / 15;
  const variance = bytes.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 15;
  const [m, d] = (await statisticsOf(host)) as readonly [number, number];
  assert.ok(Math.abs(m - mean / 255) < 1e-15);
  assert.ok(Math.abs(d - Math.sqrt(variance) / 255) < 1e-15);
  const grey = hostImages({ images: new Uint8Array(8).fill(3), count: 2, height: 2, width: 2 });
  await refused(() => statisticsOf(grey), DataError, 'pixels are all equal');
});

test('a source gives what an array gives, a held-out share of it too, and its faults are named', async () => {
  const values = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
  const labels = Uint8Array.from({ length: 30 }, (_, i) => i % 3);
  const asked: number[] = [];
  const source: RowSource = {
    count: 30,
    labels,
    async gather(indices, into) {
      asked.push(indices.length);
      for (const [i, index] of indices.entries()) {
        into.set(values.subarray(2 * index, 2 * index + 2), 2 * i);
      }
    },
  };
  const [one, other] = await Promise.all(
    [source, { inputs: values, labels }].map(async (split) => {
      const { train } = holdOut(
        await hostRowSplit('train', split, 2, rowsOf(3), 'labels'),
        0.2,
        keyOf(0),
      );
      const scale = await statisticsOf(train);
      assert.ok(isColumnScale(scale));
      const into = new Uint8Array(train.count * 8);
      await standardised(train, scale).inputs.gather(indicesOf(train), into);
      return { scale, floats: [...new Float32Array(into.buffer)], labels: train.labels };
    }),
  );
  assert.equal(one, other);
  assert.ok(
    asked.every((count) => count <= 24),
    'nobody copied the source',
  );
  const bad: RowSource = { count: 3, gather: (_, into) => void into.fill(NaN) };
  const host = await hostRowSplit('train', bad, 2, rowsOf(1), undefined);
  await refused(
    () => host.inputs.gather(Uint32Array.of(2), new Uint8Array(8)),
    DataError,
    'train.gather: NaN in row 2, column 0',
  );
  const none = { ...bad, count: 0.5 };
  await refused(
    () => hostRowSplit('train', none, 2, rowsOf(1), undefined),
    DataError,
    '0.5 samples',
  );
});

test.run();
