import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ShaderError } from '../../src/errors.ts';
import { type Part, use } from '../../src/gpu/link.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { rejection, rejects, withEngine } from './helpers.ts';

/** A product of 4×4 matrices in workgroups of this width. */
const product = (groupWidth: number): Part<string>[] => [
  use(wgsl.gemmGemm, {
    constants: { TILE_M: 1, TILE_N: 1, WORKGROUP_X: groupWidth, WORKGROUP_Y: 1 },
  }),
  use(wgsl.gemmWhole),
  use(wgsl.gemmShape, { constants: { M: 4, N: 4, K: 4 } }),
  use(wgsl.loadARows, { bindings: { a: 'a' } }),
  use(wgsl.loadBRows, { bindings: { b: 'b' } }),
  use(wgsl.storeMatrix, { bindings: { c: 'c' } }),
  use(wgsl.padFull),
];

test('a shader that does not compile gives an error with the file, the line and its text', () =>
  withEngine(async (engine) => {
    // WGSL forbids a workgroup without invocations.
    const error = await rejection(engine.kernels.compile('empty group', product(0)));
    assert.instance(error, ShaderError);
    assert.match(error.message, 'empty group does not compile');
    assert.match(error.message, /shaders\/gemm\/gemm\.wgsl:\d+: .*workgroup_size/);
    const place = /gemm\.wgsl:(\d+): .*\n {2}(\d+) \| (.*)/.exec(error.message);
    assert.is(place?.[1], place?.[2]);
    assert.is(place?.[3], '@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)');
    // A failed kernel is not cached.
    assert.is(engine.kernels.count, 0);
  }));

test('a pipeline above a limit gives an error with the limit', () =>
  withEngine(async (engine) => {
    const most = engine.device.limits.maxComputeWorkgroupSizeX;
    await rejects(engine.kernels.compile('wide', product(most + 1)), ShaderError, 'wide', most);
  }));

test('the same kernel is compiled once, even if requested twice at the same time', () =>
  withEngine(async ({ kernels }) => {
    const both = await Promise.all([
      kernels.compile('one', product(1)),
      kernels.compile('one again', product(1)),
    ]);
    const third = await kernels.compile('and again', product(1));
    assert.is(both[0].kernel, both[1].kernel);
    assert.is(both[0].kernel, third.kernel);
    assert.is(kernels.count, 1);
    const other = await kernels.compile('other', product(2));
    assert.is.not(other.kernel, third.kernel);
    assert.is(kernels.count, 2);
  }));

test.run();
