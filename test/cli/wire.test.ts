import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pack, unpack } from '../../src/runtime/wire.ts';

test('messages come over as they were', () => {
  const message = {
    numbers: [0, 1.5, NaN, Infinity, -Infinity, 1e-45],
    text: 'a “b” \u0000',
    none: null,
    map: new Map([['0.weight', { shape: [1, 2], data: Float32Array.of(1, -2) }]]),
    // A part of a larger buffer.
    part: new Uint32Array(new Uint32Array([7, 8, 9]).buffer, 4, 1),
    bytes: new Uint8Array(3),
  };
  assert.equal(unpack(pack(message)), { ...message, part: Uint32Array.of(8) });
});

test.run();
