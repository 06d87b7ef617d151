import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError, MemoryError, OptionError } from '../../src/errors.ts';
import { readBuffer } from '../../src/graph/executor.ts';
import { rejects, reportOf, withEngine } from './helpers.ts';

const { STORAGE, COPY_SRC, MAP_READ } = GPUBufferUsage;

test('buffers are accounted by name, largest first, and freed', () =>
  withEngine(async ({ buffers }) => {
    const small_ = [1, 2].map(() => buffers.allocate('b', 10, STORAGE));
    const large = buffers.allocate('a', 1000, STORAGE);
    assert.equal(reportOf(buffers), [
      { name: 'a', count: 1, bytes: 1000 },
      // Rounded up to 4.
      { name: 'b', count: 2, bytes: 24 },
    ]);
    assert.is(buffers.liveCount, 3);
    assert.is(buffers.liveBytes, 1024);
    buffers.free(large);
    buffers.free(large);
    assert.equal(reportOf(buffers), [{ name: 'b', count: 2, bytes: 24 }]);
    for (const buffer of small_) buffers.free(buffer);
    assert.is(buffers.liveBytes, 0);
  }));

test('a buffer starts with its contents, or with zeros', () =>
  withEngine(async (engine) => {
    const { buffers } = engine;
    const bytes = Uint8Array.of(9, 1, 2, 3, 4, 5).subarray(1);
    const filled = buffers.allocate('filled', bytes.length, COPY_SRC, bytes);
    const empty = buffers.allocate('empty', 8, COPY_SRC);
    await buffers.settle();
    assert.equal(
      [...new Uint8Array(await readBuffer(engine, filled, 8))],
      [1, 2, 3, 4, 5, 0, 0, 0],
    );
    assert.equal([...new Uint8Array(await readBuffer(engine, empty, 8))], [0, 0, 0, 0, 0, 0, 0, 0]);
    assert.equal([...new Uint8Array(await readBuffer(engine, filled, 4, 4))], [5, 0, 0, 0]);
    for (const buffer of [filled, empty]) buffers.free(buffer);
  }));

test('a buffer beyond the limit is a MemoryError with both sizes', () =>
  withEngine(async (engine) => {
    const most = engine.device.limits.maxBufferSize;
    const allocate = async () => engine.buffers.allocate('too much', most + 4, STORAGE);
    await rejects(allocate(), MemoryError, '"too much"', most + 4, most, 'Use a smaller batch');
  }));

test('settle() rejects if WebGPU refused a buffer', () =>
  withEngine(async ({ buffers }) => {
    // MAP_READ allows no usage but COPY_DST.
    const buffer = buffers.allocate('odd', 16, MAP_READ | STORAGE);
    await rejects(buffers.settle(), DeviceError, 'buffer "odd" of 16 bytes was refused');
    // Until the buffer is freed.
    await rejects(buffers.settle(), DeviceError, 'buffer "odd"');
    buffers.free(buffer);
    await buffers.settle();
  }));

test('a function that makes buffers and throws leaves none', () =>
  withEngine(async ({ buffers }) => {
    const before = buffers.allocate('before', 4, STORAGE);
    const making = () => {
      buffers.allocate('half', 4, STORAGE);
      throw new OptionError('no');
    };
    assert.throws(() => buffers.allOrNone(making), 'no');
    assert.equal(reportOf(buffers), [{ name: 'before', count: 1, bytes: 4 }]);
    assert.is(
      buffers.allOrNone(() => before),
      before,
    );
    buffers.free(before);
  }));

test.run();
