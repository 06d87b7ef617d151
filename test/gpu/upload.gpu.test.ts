import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, MemoryError, OptionError } from '../../src/errors.ts';
import { readBuffer } from '../../src/graph/executor.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { withTrainer } from '../train/helpers.ts';
import { withEngine, withSharedEngine } from './helpers.ts';

test('arrays of every kind are uploaded as the matching WGSL type', () =>
  withSharedEngine(async (engine) => {
    const wanted = [
      [Float32Array.of(1.5, -2), Float32Array.of(1.5, -2)],
      [Float64Array.of(1.5, 0.1), Float32Array.of(1.5, 0.1)],
      [[1, NaN], Float32Array.of(1, NaN)],
      [Uint8Array.of(3, 255), Uint32Array.of(3, 255)],
      [Uint8ClampedArray.of(3), Uint32Array.of(3)],
      [Uint16Array.of(3, 65535), Uint32Array.of(3, 65535)],
      [Uint32Array.of(3, 2 ** 32 - 1), Uint32Array.of(3, 2 ** 32 - 1)],
      [Int8Array.of(-1), Int32Array.of(-1)],
      [Int16Array.of(-1, 2), Int32Array.of(-1, 2)],
      [Int32Array.of(-1), Int32Array.of(-1)],
      [Float32Array.of(0, 1, 2, 3).subarray(1, 3), Float32Array.of(1, 2)],
    ] as const;
    for (const [given, expected] of wanted) {
      const buffer = engine.upload(given);
      const bytes = await readBuffer(engine, buffer, expected.byteLength);
      assert.equal(new Uint8Array(bytes), new Uint8Array(expected.buffer));
      engine.free(buffer);
    }
  }));

test('an upload counts until it is freed, and free() ignores other buffers', () =>
  withEngine(async (engine) => {
    const before = engine.buffers.liveBytes;
    const [one, other] = [engine.upload([1, 2, 3]), engine.upload([4])];
    assert.is(engine.buffers.liveBytes, before + 16);
    engine.free(one);
    engine.free(one);
    assert.is(engine.buffers.liveBytes, before + 4);
    const foreign = engine.device.createBuffer({ size: 4, usage: 8 });
    engine.free(foreign);
    assert.is(foreign.mapState, 'unmapped');
    engine.device.queue.writeBuffer(foreign, 0, Uint32Array.of(1));
    foreign.destroy();
    engine.free(other);
  }));

test('a value that is not an array of numbers is refused', () =>
  withSharedEngine(async (engine) => {
    for (const given of [[], ['1'], 7, null, new DataView(new ArrayBuffer(4)), [[1, 2]]]) {
      assert.throws(
        () => engine.upload(given as never),
        (e: Error) => e instanceof OptionError,
      );
    }
    assert.throws(
      () => engine.upload([1, 1e39]),
      (e: Error) => e instanceof DataError,
    );
    const usage = { usag: 1 } as object;
    assert.throws(() => engine.upload([1], usage), /did you mean usage/);
    const size = engine.device.limits.maxBufferSize / 4 + 1;
    assert.throws(
      () => engine.upload({ length: size } as never),
      (e: Error) => e instanceof OptionError || e instanceof MemoryError,
    );
  }));

test('a trainer learns from uploads as from arrays', () =>
  withEngine(async (engine) => {
    const inputs = Array.from({ length: 20 }, (_, i) => Math.sin(i));
    const targets = inputs.map((x) => 2 * x - 1);
    const optimizer = sgd({ learningRate: 0.1 });
    const model = new Sequential([1], [linear(1, 1)]);
    const options = { model, loss: 'mse', optimizer, batchSize: 5 } as const;
    const uploads = [engine.upload(inputs), engine.upload(targets)] as const;
    const [onGpu, inMemory] = await Promise.all([
      withTrainer(
        engine,
        { ...options, dataset: { train: { count: 20, inputs: uploads[0], targets: uploads[1] } } },
        (trainer) => trainer.steps(30),
      ),
      withTrainer(engine, { ...options, dataset: { train: { inputs, targets } } }, (trainer) =>
        trainer.steps(30),
      ),
    ]);
    assert.equal(onGpu, inMemory);
    for (const buffer of uploads) engine.free(buffer);
  }));

test.run();
