import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShapeError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Graph, type Node } from '../../src/graph/graph.ts';
import { exact, type Value } from '../../src/graph/value.ts';
import { Inference } from '../../src/infer/inference.ts';
import {
  dropout,
  linear,
  parameterLayout,
  relu,
  Sequential,
  sigmoid,
  tanh,
} from '../../src/nn/layers.ts';
import { input } from '../../src/ops/sources.ts';
import { keyOf } from '../../src/random/domains.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { runReference } from '../../src/reference/run.ts';
import { readWords, rejects, settled, withEngine, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { small, withTrainer } from '../train/helpers.ts';

const MODELS: readonly (readonly [string, number, Sequential])[] = [
  ['one number to one', 1, new Sequential([1], [linear(1, 1)])],
  ['no padding', 8, new Sequential([8], [linear(8, 12), relu(), linear(12, 4)])],
  [
    'padding everywhere',
    7,
    new Sequential([5], [linear(5, 9), sigmoid(), dropout(0.5), linear(9, 3)]),
  ],
  ['an end that is no layer', 6, new Sequential([6], [linear(6, 6), tanh(), tanh()])],
  ['no bias', 33, new Sequential([49], [linear(49, 10, { bias: false })])],
];

const FAMILIES = ['portable', 'quad', 'tiled'] as const;
const STORAGE = 0x80 | 0x4 | 0x8;

function valuesFor(batch: number, model: Sequential): Float32Array<ArrayBuffer> {
  const random = new RandomStream([batch, 5]);
  return Float32Array.from({ length: batch * model.inputShape[0] }, () => random.signed());
}

/** The outputs in float64, with a bound on the GPU's error. */
function expected(model: Sequential, batch: number, values: Float32Array): Value {
  const graph = new Graph();
  const outputs: Node = model.build(input(graph, 'x', [batch, ...model.inputShape]), false);
  const tensors = new Map([['x', exact(Float64Array.from(values))]]);
  for (const [name, data] of model.initialize(keyOf(3))) {
    const shape = model.named.find(([own]) => own === name)?.[1].shape ?? [];
    tensors.set(name, exact(Float64Array.from(parameterLayout(shape, data, 'into storage'))));
  }
  const none = { images: new Uint8Array(), labels: new Uint8Array(), indices: [], count: batch };
  const world = { ...none, tensors, moments: new Map(), step: 0, key: [0, 0] as const };
  const value = runReference([outputs], world).get(outputs);
  if (!value) throw new Error('the reference gave nothing');
  return value;
}

function buffer(engine: Engine, contents: Float32Array<ArrayBuffer>): GPUBuffer {
  const made = engine.device.createBuffer({ size: contents.byteLength, usage: STORAGE });
  engine.device.queue.writeBuffer(made, 0, contents);
  return made;
}

function submit({ device }: Engine, record: (encoder: GPUCommandEncoder) => void): void {
  const encoder = device.createCommandEncoder();
  record(encoder);
  device.queue.submit([encoder.finish()]);
}

const floats = async (engine: Engine, from: GPUBuffer): Promise<Float32Array> =>
  new Float32Array((await readWords(engine.device, from)).buffer);

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family} kernels: outputs are within the reference's bounds, and nothing else is written`, () =>
    withEngine(
      async (engine) => {
        for (const [what, batch, model] of MODELS) {
          const weights = model.initialize(keyOf(3));
          const inference = await Inference.create(engine, { model, batch, weights });
          const values = valuesFor(batch, model);
          const count = batch * model.outputs;
          const given = buffer(engine, values);
          // 64 floats before, as many behind: what is around the output stays as it is.
          const output = buffer(engine, new Float32Array(64 + count + 64).fill(-7));
          submit(engine, (encoder) =>
            inference.encode(encoder, given, { buffer: output, offset: 256 }),
          );
          const got = await floats(engine, output);
          const { data, error } = expected(model, batch, values);
          for (let i = 0; i < count; i++) {
            const off = Math.abs(got[64 + i] - data[i]);
            assert.ok(off <= error[i], `${what}, element ${i}: ${off} of ${error[i]}`);
          }
          assert.ok(
            got.subarray(0, 64).every((value) => value === -7),
            what,
          );
          assert.ok(
            got.subarray(64 + count).every((value) => value === -7),
            what,
          );
          inference.destroy();
          given.destroy();
          output.destroy();
        }
      },
      { family },
    ));
}

test('each pair of buffers gets what belongs to it, in one encoder', () =>
  withSharedEngine(async (engine) => {
    const model = new Sequential([4], [linear(4, 4), relu(), linear(4, 4)]);
    const weights = model.initialize(keyOf(3));
    const inference = await Inference.create(engine, { model, batch: 4, weights });
    const pairs = [1, 2, 3].map((seed) => {
      const values = new Float32Array(16).map((_, i) => Math.sin(i * seed));
      return { values, from: buffer(engine, values), to: buffer(engine, new Float32Array(16)) };
    });
    submit(engine, (encoder) => {
      for (const { from, to } of [...pairs, ...pairs]) inference.encode(encoder, from, to);
    });
    for (const { values, from, to } of pairs) {
      const { data, error } = expected(model, 4, values);
      (await floats(engine, to)).forEach((got, i) => {
        assert.ok(Math.abs(got - data[i]) <= error[i]);
      });
      from.destroy();
      to.destroy();
    }
    inference.destroy();
  }));

test('predict takes any number of samples', () =>
  withSharedEngine(async (engine) => {
    const [, , model] = MODELS[2];
    const weights = model.initialize(keyOf(3));
    const inference = await Inference.create(engine, { model, batch: 7, weights });
    assert.is((await inference.predict(new Float32Array())).length, 0);
    for (const count of [1, 7, 20]) {
      const values = valuesFor(count, model);
      const got = await inference.predict(values);
      const { data, error } = expected(model, count, values);
      assert.is(got.length, count * 3);
      got.forEach((value, i) => {
        assert.ok(Math.abs(value - data[i]) <= error[i]);
      });
    }
    await rejects(inference.predict(new Float32Array(6)), ShapeError, '6 values', '5 each');
    inference.destroy();
  }));

test('a function gives the same bits as a buffer of its values', () =>
  withSharedEngine(async (engine) => {
    const model = new Sequential([5], [linear(5, 8), relu(), linear(8, 3)]);
    const weights = model.initialize(keyOf(3));
    const table = buffer(engine, valuesFor(9, model));
    const options = { model, batch: 9, weights };
    const plain = await Inference.create(engine, options);
    const computed = await Inference.create(engine, {
      ...options,
      input: {
        // Names that the kernels have too, comments, and code that is indented.
        wgsl: `
          // row · 5 + column
          const N4 = 5u; /* a name
            of the GEMM's */
          @group(0) @binding(7) var<storage, read> h: array<f32>;
          fn store(row: u32) -> u32 { return row * N4; }
          fn valueAt(sample: u32, column: u32) -> f32 {
            if (column >= N4) { return 1e30; }
            return h[store(sample) + column];
          }`,
        bindings: { h: table },
      },
    });
    const outputs = [1, 2].map(() => buffer(engine, new Float32Array(27)));
    submit(engine, (encoder) => {
      plain.encode(encoder, table, outputs[0]);
      computed.encode(encoder, null, outputs[1]);
    });
    const [a, b] = await Promise.all(outputs.map((output) => readWords(engine.device, output)));
    assert.equal(b, a);
    assert.ok(a.some((word) => word !== 0));
    for (const made of [plain, computed]) made.destroy();
    for (const made of [table, ...outputs]) made.destroy();
  }));

test("a trainer's inference sees the steps that are encoded before it", () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const { images, count } = small().dataset.test as { images: Uint8Array; count: number };
      const values = Float32Array.from(images.subarray(0, 20 * 784), (byte) => byte / 255);
      assert.ok(count >= 20);
      const inference = await trainer.inference({ batch: 20 });
      const from = buffer(engine, values);
      const to = buffer(engine, new Float32Array(200));
      submit(engine, (encoder) => {
        trainer.encode(encoder, 5);
        inference.encode(encoder, from, to);
      });
      const got = await floats(engine, to);
      const wanted = await trainer.predict({
        images: images.subarray(0, 20 * 784),
        count: 20,
        height: 28,
        width: 28,
      });
      // Pixels become floats on the GPU in one, on the CPU in the other.
      got.forEach((value, i) => {
        assert.ok(Math.abs(value - wanted[i]) < 1e-5, `${value} ${wanted[i]}`);
      });
      inference.destroy();
      from.destroy();
      to.destroy();
    }),
  ));

test('nothing is submitted, written or made while it is encoded', () =>
  withSharedEngine(async (engine) => {
    const { device } = engine;
    const model = new Sequential([4], [linear(4, 4)]);
    const weights = model.initialize(keyOf(1));
    const inference = await Inference.create(engine, { model, batch: 2, weights });
    const [from, to] = [buffer(engine, new Float32Array(8)), buffer(engine, new Float32Array(8))];
    await settled(device);
    const { submit: send, writeBuffer } = device.queue;
    let calls = 0;
    device.queue.submit = () => void calls++;
    device.queue.writeBuffer = () => void calls++;
    const live = engine.buffers.liveCount;
    try {
      inference.encode(device.createCommandEncoder(), from, to);
    } finally {
      device.queue.submit = send;
      device.queue.writeBuffer = writeBuffer;
    }
    assert.is(calls, 0);
    assert.is(engine.buffers.liveCount, live);
    inference.destroy();
    from.destroy();
    to.destroy();
  }));

function refuses(work: () => void, ...texts: readonly string[]): void {
  try {
    work();
  } catch (error) {
    assert.instance(error, OptionError);
    for (const text of texts) assert.match(String(error), text);
    return;
  }
  assert.unreachable(texts.join(', '));
}

test('buffers that do not fit are refused by name, with what is needed', () =>
  withSharedEngine(async (engine) => {
    const { device } = engine;
    const model = new Sequential([4], [linear(4, 3)]);
    const weights = model.initialize(keyOf(1));
    const inference = await Inference.create(engine, { model, batch: 2, weights });
    const [from, to] = [buffer(engine, new Float32Array(128)), buffer(engine, new Float32Array(6))];
    const short = buffer(engine, new Float32Array(7));
    const other = device.createBuffer({ size: 32, usage: GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    const encode =
      (...given: Parameters<Inference['encode']> extends [unknown, ...infer R] ? R : never) =>
      () =>
        inference.encode(encoder, ...given);
    refuses(encode(short, to), 'input', '28 bytes', '32 are needed');
    refuses(encode(from, { buffer: to, size: 8 }), 'output', '8 bytes', '24 are needed');
    refuses(encode({ buffer: from, offset: 16 }, to), 'offset 16', 'multiples of 256');
    refuses(encode(from, other), 'output', 'usage 0x8', 'STORAGE');
    refuses(encode(from, from), 'one buffer');
    refuses(encode(null, to), 'null', 'needs a buffer');
    refuses(encode([1, 2] as unknown as GPUBuffer, to), 'GPUBuffer');
    const made = (options: Partial<Parameters<typeof Inference.create>[1]>) =>
      Inference.create(engine, { model, batch: 2, ...options });
    await rejects(made({ batch: 0 }), OptionError, 'batch 0');
    await rejects(made({ weights: new Map() }), OptionError, 'lack 0.weight');
    const named = new Map([['fc1.bias', [0, 0, 0]]]);
    await rejects(made({ weights: named }), OptionError, 'By size fit "fc1.bias" → 0.bias');
    const wrong = new Map([...weights, ['0.bias', new Float32Array(2)] as const]);
    await rejects(made({ weights: wrong }), ShapeError, '2 values', '0.bias', '[3]');
    await rejects(
      made({ input: { wgsl: 'fn at() {}' } }),
      OptionError,
      'fn valueAt',
      'declares at',
    );
    const bound = 'fn valueAt(s: u32, c: u32) -> f32 { return t[s]; }';
    const storage = `@group(0) @binding(0) var<storage, read> t: array<f32>;\n${bound}`;
    await rejects(made({ input: { wgsl: storage } }), OptionError, 'binds t', 'bindings.t');
    const uniform = `@group(0) @binding(0) var<uniform> t: vec4f;\n${bound}`;
    await rejects(made({ input: { wgsl: uniform } }), OptionError, 'var<uniform>', 'storage, read');
    const unused = {
      wgsl: 'fn valueAt(s: u32, c: u32) -> f32 { return 0; }',
      bindings: { t: from },
    };
    await rejects(made({ input: unused }), OptionError, 'given for t', 'binds nothing');
    inference.destroy();
    for (const one of [from, to, short, other]) one.destroy();
  }));

test('WGSL of the caller that does not compile is shown with its line', () =>
  withSharedEngine(async (engine) => {
    const model = new Sequential([4], [linear(4, 3)]);
    const wgsl = 'fn valueAt(sample: u32, column: u32) -> f32 {\n  return nothing;\n}';
    const made = Inference.create(engine, { model, batch: 2, input: { wgsl } });
    await rejects(made, Error, 'input (given):2', 'nothing');
  }));

test.run();
