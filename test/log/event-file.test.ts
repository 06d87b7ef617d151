import { inflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32, crc32c } from '../../src/data/crc.ts';
import { Message } from '../../src/data/protobuf.ts';
import { adler32, maskedCrc } from '../../src/log/checksums.ts';
import { fileVersion, scalar, summaryRecord, tfRecord } from '../../src/log/event-file.ts';
import { histogramOf, limitsOf } from '../../src/log/histogram.ts';
import { pngOf } from '../../src/log/png.ts';
import { tfRecordsOf } from './event-reader.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('CRC-32C gives what RFC 3720, B.4, lists', () => {
  const up = Uint8Array.from({ length: 32 }, (_, i) => i);
  assert.is(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.is(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.is(crc32c(up), 0x46dd794e);
  assert.is(crc32c(Uint8Array.from(up).reverse()), 0x113fdb5c);
  // An iSCSI read command.
  const command =
    '01c00000000000000000000000000000140000000000040000000014000000182800000000000000' +
    '0200000000000000';
  assert.is(crc32c(Buffer.from(command, 'hex')), 0xd9963a56);
});

test('CRC-32 and Adler-32 give the published check values', () => {
  assert.is(crc32(bytesOf('123456789')), 0xcbf43926);
  assert.is(adler32(bytesOf('Wikipedia')), 0x11e60398);
  // The sums pass 65,521.
  assert.is(adler32(new Uint8Array(1000).fill(0xff)), 0xe6e9e446);
});

test('a mask is a rotation by 15 bits and a constant', () => {
  // 0x8a9136aa rotated is 0x6d551522; the sum keeps 32 bits.
  assert.is(maskedCrc(new Uint8Array(32)), (0x6d551522 + 0xa282ead8) % 2 ** 32);
});

test('numbers are written as the encoding’s documentation says', () => {
  // Its examples: 150 in field 1, `testing` in field 2, a message in field 3.
  assert.is(hex(new Message().int(1, 150).finish()), '089601');
  assert.is(hex(new Message().bytes(2, 'testing').finish()), '120774657374696e67');
  assert.is(hex(new Message().bytes(3, new Message().int(1, 150)).finish()), '1a03089601');
  // 2⁵³ − 1 has 53 bits: seven bytes of seven, and four bits.
  assert.is(hex(new Message().int(1, 2 ** 53 - 1).finish()), '08ffffffffffffff0f');
  assert.is(hex(new Message().int(1, 0).int(2, 128).finish()), '0800108001');
  assert.is(hex(new Message().double(1, 1).float(2, -2).finish()), '09000000000000f03f15000000c0');
  assert.is(hex(new Message().doubles(6, [1, 2]).finish()), '3210000000000000f03f0000000000000040');
});

test('an event of a scalar has these bytes', () => {
  // wall_time = 1.5, step = 3, summary { value { tag: "a", simple_value: 0.25 } }
  const event = '09000000000000f83f10032a0a0a080a0161150000803e';
  const [data] = tfRecordsOf(summaryRecord(1.5, 3, [scalar('a', 0.25)]));
  assert.is(hex(data), event);
  const [version] = tfRecordsOf(fileVersion(1.5));
  assert.is(hex(version), `09000000000000f83f1a0d${hex(bytesOf('brain.Event:2'))}`);
});

test('a record is its length, data and their CRCs, of no data too', () => {
  const record = tfRecord(bytesOf('abc'));
  assert.is(record.length, 19);
  assert.is(hex(record.subarray(0, 8)), '0300000000000000');
  const all = Buffer.concat([record, tfRecord(new Uint8Array(0)), tfRecord(bytesOf('d'))]);
  assert.equal(tfRecordsOf(all).map(hex), ['616263', '', '64']);
  const broken = Uint8Array.from(record);
  broken[13] ^= 1;
  assert.throws(() => tfRecordsOf(broken), /CRC of the data/);
});

test('a histogram counts every finite number once, the largest in the last range', () => {
  const values = [-1, 0, 1, 1, 3, NaN, Infinity];
  const found = histogramOf(values);
  assert.ok(found);
  assert.equal(
    [found.min, found.max, found.count, found.sum, found.sumOfSquares],
    [-1, 3, 5, 4, 12],
  );
  assert.is(found.counts.length, 64);
  assert.is(
    found.counts.reduce((sum, count) => sum + count),
    5,
  );
  assert.equal(
    [found.counts[0], found.counts[16], found.counts[32], found.counts[63]],
    [1, 1, 2, 1],
  );
  assert.equal([limitsOf(found)[0], limitsOf(found)[63]], [-1 + 4 / 64, 3]);
  assert.equal(histogramOf([2, 2])?.counts, [2]);
  assert.is(histogramOf([NaN]), undefined);
  assert.is(histogramOf([]), undefined);
});

test('a PNG has its pixels, and the CRC of each chunk', () => {
  // More than one stored block.
  const [width, height] = [300, 250];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i * 7) % 256);
  const png = Buffer.from(pngOf({ width, height, channels: 1, pixels }));
  assert.is(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    assert.is(png.readUInt32BE(at + 8 + length), crc32(body));
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += length + 12;
  }
  assert.equal([...chunks.keys()], ['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') as Buffer;
  assert.equal(
    [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]],
    [300, 250, 8, 0],
  );
  // Adler-32 is checked by zlib.
  const rows = inflateSync(chunks.get('IDAT') as Buffer);
  assert.is(rows.length, height * (width + 1));
  for (const row of [0, 1, 249]) {
    const own = rows.subarray(row * (width + 1), (row + 1) * (width + 1));
    assert.is(own[0], 0);
    assert.is(hex(own.subarray(1)), hex(pixels.subarray(row * width, (row + 1) * width)));
  }
});

test.run();
