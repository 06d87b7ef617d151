import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gunzip, isGzip, maybeGunzip } from '../../src/data/gzip.ts';
import { DataError, OptionError } from '../../src/errors.ts';

const gzip = suite('gzip');

async function pack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Bytes that do not compress to nothing. */
function sample(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255);
}

async function refused(bytes: Uint8Array, text: RegExp, maxBytes?: number): Promise<void> {
  let caught: unknown;
  await gunzip(bytes, maxBytes === undefined ? {} : { maxBytes }).catch((error: unknown) => {
    caught = error;
  });
  assert.instance(caught, DataError);
  assert.match((caught as DataError).message, text);
}

gzip('gives back what was packed', async () => {
  for (const length of [0, 1, 1000, 300_000]) {
    const bytes = sample(length);
    assert.equal(await gunzip(await pack(bytes)), bytes);
  }
});

gzip('gives back what stays larger than the pieces that it is unpacked by', async () => {
  let state = 1;
  const bytes = Uint8Array.from({ length: 150_000 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  const packed = await pack(bytes);
  assert.ok(packed.length > 2 * 65536, `${packed.length}`);
  assert.equal(await gunzip(packed), bytes);
  assert.is((await gunzip(await pack(new Uint8Array(0)), { maxBytes: 0 })).length, 0);
});

gzip('takes both of the first two bytes to tell gzip by', async () => {
  for (const bytes of [[0x1f], [0x1f, 0], [0, 0x8b], [0x8b], [0x1f, 0x8a, 8]]) {
    const given = Uint8Array.from(bytes);
    assert.not.ok(isGzip(given), bytes.join());
    assert.is(await maybeGunzip(given), given);
  }
  assert.ok(isGzip(Uint8Array.of(0x1f, 0x8b)));
  await refused(
    Uint8Array.of(0x1f, 0x8b, 8),
    /truncated: got 3 bytes, the shortest possible has 18/,
  );
});

gzip('reads bytes that begin inside a larger buffer', async () => {
  const packed = await pack(sample(100));
  const outer = new Uint8Array(packed.length + 5);
  outer.set(packed, 5);
  assert.equal(await gunzip(outer.subarray(5)), sample(100));
});

gzip('leaves the packed bytes as they were', async () => {
  const packed = await pack(sample(100_000));
  const copy = packed.slice();
  await gunzip(packed);
  assert.equal(packed, copy);
});

gzip('tells gzip from anything else', async () => {
  assert.ok(isGzip(await pack(sample(3))));
  assert.not.ok(isGzip(new Uint8Array()));
  assert.not.ok(isGzip(Uint8Array.of(0x1f)));
  assert.not.ok(isGzip(Uint8Array.of(0, 0, 8, 1)));
  await refused(Uint8Array.of(0, 0, 8, 1), /Not a gzip file/);
});

gzip('unpacks only what is packed when it may be either', async () => {
  const plain = sample(50);
  assert.is(await maybeGunzip(plain), plain);
  assert.equal(await maybeGunzip(await pack(plain)), plain);
});

gzip('refuses a file that is cut off anywhere', async () => {
  const packed = await pack(sample(40));
  for (let length = 2; length < packed.length; length++) {
    await refused(packed.subarray(0, length), /truncated/);
  }
});

gzip('refuses a flipped bit in data, check sum or size', async () => {
  const packed = await pack(sample(5000));
  for (const at of [packed.length >> 1, packed.length - 7, packed.length - 2]) {
    const bad = packed.slice();
    bad[at] ^= 4;
    await refused(bad, /corrupt|damaged/);
  }
});

gzip('refuses bytes after the end, and a second member', async () => {
  const packed = await pack(sample(40));
  for (const tail of [Uint8Array.of(0, 0, 0), Uint8Array.of(1, 2, 3, 4, 5), packed]) {
    const long = new Uint8Array(packed.length + tail.length);
    long.set(packed);
    long.set(tail, packed.length);
    await refused(long, /corrupt|damaged/);
  }
});

gzip('stops a bomb at the cap', async () => {
  const bomb = await pack(new Uint8Array(20_000_000));
  assert.ok(bomb.length < 50_000);
  await refused(bomb, /more than the 1000000 bytes allowed/, 1_000_000);
});

gzip('allows exactly the cap', async () => {
  const packed = await pack(sample(1000));
  assert.is((await gunzip(packed, { maxBytes: 1000 })).length, 1000);
  await refused(packed, /more than the 999 bytes/, 999);
});

gzip('refuses a cap that is no size', async () => {
  const packed = await pack(sample(4));
  for (const maxBytes of [-1, 1.5, Number.NaN]) {
    const error = await gunzip(packed, { maxBytes }).catch((caught: unknown) => caught);
    assert.instance(error, OptionError);
  }
});

gzip.run();
