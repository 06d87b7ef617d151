import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { link, use } from '../../src/gpu/link.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { fixSizes } from '../../src/gpu/sizes.ts';

const lines = (text: string) =>
  text.split('\n').map((one, i) => ({ text: one, file: 'test', line: i + 1 }));
const fixed = (text: string, bytes: Readonly<Record<string, number>>): string =>
  fixSizes(lines(text), (name) => bytes[name])
    .map((line) => line.text)
    .join('\n');

test('a storage array gets the size of the bound buffer', () => {
  assert.is(
    fixed('@group(0) @binding(0) var<storage, read> a: array<vec4f>;', { a: 160 }),
    '@group(0) @binding(0) var<storage, read> a: array<vec4f, 10>;',
  );
  assert.is(
    fixed('@group(0) @binding(3) var<storage, read_write> n: array<atomic<u32>>;', { n: 12 }),
    '@group(0) @binding(3) var<storage, read_write> n: array<atomic<u32>, 3>;',
  );
  assert.is(
    fixed('@group(0) @binding(1) var<storage, read_write> s: array<Record>;', { s: 96 }),
    '@group(0) @binding(1) var<storage, read_write> s: array<Record, 4>;',
  );
});

test('an array of unknown size, or with arrayLength, gets no size', () => {
  const open = '@group(0) @binding(0) var<storage, read> a: array<vec4f>;';
  assert.is(fixed(open, {}), open);
  assert.is(fixed(`${open}\nlet n = arrayLength(&a);`, { a: 160 }).split('\n')[0], open);
  const struct = '@group(0) @binding(0) var<storage, read> clock: Clock;';
  assert.is(fixed(struct, { clock: 96 }), struct);
});

test('linking fixes sizes unless lowering is off', () => {
  const parts = [
    use(wgsl.mapMap, {
      constants: { ROW_COUNT: 1, COLUMN4_COUNT: 2, GRID_WIDTH: 64 },
      bindings: { result: 'result' },
    }),
    use(wgsl.mapElement, { bindings: { x: 'x' } }),
    use(wgsl.elementScale, { constants: { FACTOR: 2 } }),
    use(wgsl.elementBegin),
    use(wgsl.padFull),
  ];
  const bytesOf = (name: string) => (name === 'x' ? 32 : undefined);
  assert.match(link(parts, { bytesOf }).code, 'x: array<vec4f, 2>;');
  assert.match(link(parts, { bytesOf }).code, 'result: array<vec4f>;');
  assert.match(link(parts, { bytesOf, unroll: false }).code, 'x: array<vec4f>;');
});

test.run();
