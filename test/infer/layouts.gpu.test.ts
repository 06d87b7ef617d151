import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShaderError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { readWords, rejects, withSharedEngine } from '../gpu/helpers.ts';

const STORAGE = 0x80 | 0x8;
const VALUES = Float32Array.of(1, 2, 3, 4, 5, 6);

/** The sum of a sample's two values, x of points[sample] and y. */
async function sums(engine: Engine, wgsl: string): Promise<number[]> {
  const { device } = engine;
  const [points, output] = [24, 12].map((size) =>
    device.createBuffer({ size, usage: STORAGE | 0x4 }),
  );
  device.queue.writeBuffer(points, 0, VALUES);
  try {
    const inference = await Inference.create(engine, {
      model: new Sequential([2], [linear(2, 1)]),
      batch: 3,
      weights: new Map([
        ['0.weight', [1, 1]],
        ['0.bias', [0]],
      ]),
      input: { wgsl, bindings: wgsl.includes('points') ? { points } : {} },
    });
    const encoder = device.createCommandEncoder();
    inference.encode(encoder, null, output);
    device.queue.submit([encoder.finish()]);
    const words = await readWords(device, output);
    inference.destroy();
    return [...new Float32Array(words.buffer)];
  } finally {
    points.destroy();
    output.destroy();
  }
}

const WAYS: Readonly<Record<string, string>> = {
  'minified in one line':
    '@group(0)@binding(0)var<storage,read>points:array<vec2f>;fn valueAt(sample:u32,column:u32)->f32{return points[sample][column];}',
  'indented, attributes in the other order and on lines of their own': `
      @binding(7)
        @group(2)
      var < storage > points : array<vec2f>;
          fn
      valueAt(sample: u32, column: u32) -> f32 {
let value = points[sample];
const zero = 0.0;
      return value[column] + zero; }`,
  'with comments of every kind': `/* a /* nested */ fn valueAt() */ // @binding(0) var<storage> no: f32;
    @group(0) /* here */ @binding(0) // there
    var<storage, read> points: array<vec2f>; /* fn no( */
    fn valueAt(sample: u32, /* u32 */ column: u32) -> f32 { // {
      return points[sample] /* } */ [column]; }`,
  "with Windows' and other line ends":
    '// one\r\n@group(0) @binding(0)\r\nvar<storage, read> points: array<vec2f>;\r// two\u2028fn valueAt(sample: u32, column: u32) -> f32 {\r\nreturn points[sample][column];\r\n}\r\n',
  'with declarations of all kinds': `diagnostic(off, derivative_uniformity);
    const NONE = 0.0; override ONE: f32 = 1.0; alias Point = Pair;
    struct Pair { NONE: f32, points: f32, }
    @group(0) @binding(0) var<storage, read> points: array<Pair>;
    var<private> kept: f32; const_assert NONE < 1.0;
    fn read(pair: Point, column: u32) -> f32 { return select(pair.NONE, pair.points, column == 1u); }
    fn valueAt(sample: u32, column: u32) -> f32 {
      kept = read(points[min(sample, 2u)], column);
      return kept * ONE + NONE; }`,
  'without any binding': 'fn valueAt(s: u32, c: u32) -> f32 { return f32(2u * s + c) + 1.0; }',
};

for (const [name, wgsl] of Object.entries(WAYS)) {
  test(`WGSL of the caller's is taken ${name}`, () =>
    withSharedEngine(async (engine) => {
      assert.equal(await sums(engine, wgsl), [3, 7, 11]);
    }));
}

test('what cannot be taken is refused by name', () =>
  withSharedEngine(async (engine) => {
    const entry = 'fn valueAt(s: u32, c: u32) -> f32 { return 0.0; }';
    const refused = (wgsl: string, ...texts: string[]) =>
      rejects(sums(engine, wgsl), OptionError, ...texts);
    await refused(`override SIZE: u32; ${entry}`, 'override SIZE has no value');
    await refused(`let a = 1; ${entry}`, 'line 1', 'begins with "let"', 'fn, const, override');
    await refused(`\n/* ${entry}`, 'comment at line 2', 'not closed');
    await refused('const valueAt = 1;', 'declares valueAt', 'it needs fn valueAt');
    await refused(
      `@group(0) @binding(0) var<storage, read_write> points: array<f32>; ${entry}`,
      'points is var<storage, read_write>',
    );
    await refused(`@group(0) @binding(0) var points: texture_2d<f32>; ${entry}`, 'points is var<>');
  }));

test("the compiler's messages point to the caller's line, whatever the layout", () =>
  withSharedEngine(async (engine) => {
    const wgsl = `const A = 1; const B = 2; /*
*/ const C = 3;

fn valueAt(s: u32, c: u32) -> f32 { return 0.0
  + nothing; } fn other() {}`;
    await rejects(sums(engine, wgsl), ShaderError, 'input (given):5', 'nothing');
  }));

test.run();
