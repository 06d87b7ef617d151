import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, OptionError } from '../../src/errors.ts';
import { adapterKind, agree, checkAgreement, DigestAlarm } from '../../src/trial/agree.ts';
import { hashOfImages, hashOfText } from '../../src/trial/data-hash.ts';
import { digestOf } from '../../src/trial/digest.ts';
import type { TrialPlace, TrialResult } from '../../src/trial/result.ts';

const sha256 = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

test('a digest is the SHA-256 of names, shapes and little-endian float32, sorted by name', async () => {
  const weights = new Map([
    ['1.weight', { shape: [1, 2], data: Float32Array.of(1, -2) }],
    ['0.bias', { shape: [1], data: Float32Array.of(0.5) }],
  ]);
  const values = Buffer.alloc(12);
  [0.5, 1, -2].forEach((value, i) => {
    values.writeFloatLE(value, 4 * i);
  });
  const expected = sha256('[["0.bias",[1]],["1.weight",[1,2]]]\n', values);
  assert.is(await digestOf(weights), expected);
  assert.is(await digestOf(new Map([...weights].reverse())), expected);
  // A view into a larger array.
  const data = Float32Array.of(9, 1, -2, 9).subarray(1, 3);
  assert.is(await digestOf(new Map([...weights, ['1.weight', { shape: [1, 2], data }]])), expected);
});

test('one bit, a name or a shape changes the digest; the bits of a NaN do not', async () => {
  const digest = (name: string, shape: number[], words: number[]): Promise<string> =>
    digestOf(new Map([[name, { shape, data: new Float32Array(Uint32Array.from(words).buffer) }]]));
  const first = await digest('w', [2], [0x3f800000, 0]);
  assert.is.not(await digest('w', [2], [0x3f800001, 0]), first);
  assert.is.not(await digest('w', [2], [0x3f800000, 0x80000000]), first, 'the sign of zero');
  assert.is.not(await digest('v', [2], [0x3f800000, 0]), first);
  assert.is.not(await digest('w', [1, 2], [0x3f800000, 0]), first);
  const nan = await digest('w', [1], [0x7fc00000]);
  for (const word of [0xffc00000, 0x7f800001, 0xffffffff]) {
    assert.is(await digest('w', [1], [word]), nan);
  }
  assert.is.not(await digest('w', [1], [0x7f800000]), nan, 'infinity');
});

const split = (count: number, first = 0) => ({
  ...{ count, height: 1, width: 2 },
  images: Uint8Array.from({ length: 2 * count }, (_, i) => first + i),
  labels: new Uint8Array(count),
});

test('the hash of images covers sizes, images and labels of both splits', async () => {
  const [train, test] = [split(3), split(1)];
  const part = ({ count, images, labels }: ReturnType<typeof split>): string =>
    `{"channels":1,"count":${count},"height":1,"images":"${sha256(images)}","labels":"${sha256(labels)}","width":2}`;
  const first = await hashOfImages({ train, test });
  assert.is(first, sha256(`{"test":${part(test)},"train":${part(train)}}`));
  const changed = [
    { train: test, test: train },
    { train: split(3, 1), test },
    { train, test: split(1, 1) },
    { train: { ...train, height: 2, width: 1 }, test },
    { train: { ...train, labels: Uint8Array.of(0, 0, 1) }, test },
  ];
  for (const one of changed) assert.is.not(await hashOfImages(one), first);
  let thrown: unknown;
  const weighted = { ...train, weights: [1, 2, 3] };
  await hashOfImages({ train: weighted, test }).catch((error: unknown) => {
    thrown = error;
  });
  assert.instance(thrown, DataError);
});

test('the hash of a text is that of its file', async () => {
  assert.is(await hashOfText('Grüße 😀\n'), sha256('Grüße 😀\n'));
  let thrown: unknown;
  await hashOfText('a\ud800').catch((error: unknown) => {
    thrown = error;
  });
  assert.instance(thrown, DataError);
});

const PLACE: TrialPlace = {
  adapter: {
    ...{ vendor: 'google', architecture: 'swiftshader', device: '0xc0de' },
    ...{ description: '', software: true },
  },
  runtime: 'Chrome 156',
  family: 'quad',
};

const RESULT: TrialResult = {
  id: 'a'.repeat(64),
  digest: 'b'.repeat(64),
  test: { loss: 0.5, accuracy: 0.8 },
  history: [],
  seconds: 1,
  place: PLACE,
  resumed: 0,
};

test('results of one kind of adapter must have equal digests; a difference is an alarm', () => {
  assert.is(adapterKind(PLACE), 'google / swiftshader / 0xc0de / - / software / Chrome 156 / quad');
  assert.is(agree(RESULT, { ...RESULT }), true);
  assert.is(checkAgreement(RESULT, RESULT), true);
  const broken = { ...RESULT, digest: 'c'.repeat(64) };
  assert.is(agree(RESULT, broken), false);
  assert.throws(
    () => checkAgreement(RESULT, broken),
    (error: unknown) =>
      error instanceof DigestAlarm &&
      error.message.includes(RESULT.digest) &&
      error.message.includes(broken.digest) &&
      error.kind === adapterKind(PLACE),
  );
});

test('other kinds of adapter, and a run that was ended early, are not compared', () => {
  const broken = { ...RESULT, digest: 'c'.repeat(64) };
  const { adapter } = PLACE;
  const places: TrialPlace[] = [
    { ...PLACE, runtime: 'Chrome 157' },
    { ...PLACE, family: 'tiled' },
    { ...PLACE, adapter: { ...adapter, description: 'a new driver' } },
    { ...PLACE, adapter: { ...adapter, software: false } },
  ];
  for (const place of places) assert.is(agree(RESULT, { ...broken, place }), null);
  const epoch = { epoch: 1, train: RESULT.test, test: RESULT.test, seconds: 1 };
  assert.is(agree(RESULT, { ...broken, history: [epoch] }), null);
  assert.throws(
    () => agree(RESULT, { ...RESULT, id: 'f'.repeat(64) }),
    (error: unknown) => error instanceof OptionError,
  );
});

test.run();
