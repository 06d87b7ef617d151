import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../src/gpu/engine.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { philox, type Words } from '../../src/random/philox.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { readWords, withEngine } from '../gpu/helpers.ts';

const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
const USAGE = STORAGE | COPY_SRC | COPY_DST;

/** Counter, key and words of Philox4x32-10, as published with it (Random123, kat_vectors). */
const PUBLISHED: readonly (readonly [Words, readonly [number, number], Words])[] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

/** philox(counter, key) on the GPU for each six words of the input. */
async function philoxOnGpu(engine: Engine, cases: Uint32Array): Promise<Uint32Array> {
  const { device, buffers } = engine;
  const count = cases.length / 6;
  const code = `${wgsl.randomPhilox.source}
    @group(0) @binding(0) var<storage, read> cases: array<array<u32, 6>>;
    @group(0) @binding(1) var<storage, read_write> words: array<vec4u>;

    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < arrayLength(&cases)) {
        let c = cases[id.x];
        words[id.x] = philox(vec4u(c[0], c[1], c[2], c[3]), vec2u(c[4], c[5]));
      }
    }`;
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });
  const given = buffers.allocate('cases', cases.byteLength, USAGE, cases);
  const words = buffers.allocate('words', 16 * count, USAGE);
  run(device, pipeline, [given, words], Math.ceil(count / 64));
  const result = await readWords(device, words);
  for (const buffer of [given, words]) buffers.free(buffer);
  return result;
}

function run(
  device: GPUDevice,
  pipeline: GPUComputePipeline,
  bound: readonly GPUBuffer[],
  groups: number,
): void {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = bound.map((buffer, binding) => ({ binding, resource: { buffer } }));
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(groups);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

test('Philox on the GPU gives the published words', () =>
  withEngine(async (engine) => {
    const cases = Uint32Array.from(PUBLISHED.flatMap(([counter, key]) => [...counter, ...key]));
    assert.equal(
      [...(await philoxOnGpu(engine, cases))],
      PUBLISHED.flatMap(([, , words]) => [...words]),
    );
  }));

test('Philox on the GPU equals the CPU word for word on 8000 counters', () =>
  withEngine(async (engine) => {
    const random = new RandomStream([5, 6]);
    // Random words, and the extremes of 16-bit halves, where an error would lose a carry.
    const extremes = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffff0000, 0xffffffff];
    const cases = Uint32Array.from({ length: 6 * 8000 }, () =>
      random.below(4) === 0 ? extremes[random.below(extremes.length)] : random.word(),
    );
    const words = await philoxOnGpu(engine, cases);
    for (let i = 0; i < 8000; i++) {
      const [c0, c1, c2, c3, k0, k1] = cases.subarray(6 * i, 6 * i + 6);
      assert.equal(
        [...words.subarray(4 * i, 4 * i + 4)],
        [...philox([c0, c1, c2, c3], [k0, k1])],
        `counter ${[c0, c1, c2, c3]}, key ${[k0, k1]}`,
      );
    }
  }));

test.run();
