import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { declarationsOf, renamed } from '../../src/gpu/wgsl.ts';

const read = (wgsl: string) =>
  declarationsOf('inputs', wgsl).map(({ kind, name, line }) => [kind, name, line]);

test('declarations in any layout are split, with the lines that they start at', () => {
  const wgsl = `enable f16; diagnostic(off, derivative_uniformity);
/* a /* nested */ comment; fn no() {} */ struct P { x: f32, /* } */ y: f32 };
@group(0)
  @binding(3) var<storage,read>points:array<P>; const A=2;override B:f32=1.5;alias F = f32;
const_assert A > 1; // fn hidden() {}
@must_use fn
valueAt(sample: u32, column: u32) -> f32 { if (true) { return 1.0; } return array(1.0, 2.0)[1]; } fn g(){}`;
  assert.equal(read(wgsl), [
    ['enable', 'f16', 1],
    ['diagnostic', undefined, 1],
    ['struct', 'P', 2],
    ['var', 'points', 3],
    ['const', 'A', 4],
    ['override', 'B', 4],
    ['alias', 'F', 4],
    ['const_assert', 'A', 5],
    ['fn', 'valueAt', 6],
    ['fn', 'g', 7],
  ]);
});

test("each of WGSL's line breaks ends a line comment and counts as a line", () => {
  for (const end of ['\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029']) {
    assert.equal(
      read(`// one${end}const A = 1; // two${end}const B = 2;`),
      [
        ['const', 'A', 2],
        ['const', 'B', 3],
      ],
      JSON.stringify(end),
    );
  }
});

test('comment markers inside the other kind of comment are ignored', () => {
  assert.equal(read('/* // */ const A = 1; // /*\nconst B = 1;'), [
    ['const', 'A', 1],
    ['const', 'B', 2],
  ]);
});

test('an unclosed comment or bracket is refused, with its line', () => {
  const refused = (wgsl: unknown, text: string) =>
    assert.throws(
      () => declarationsOf('inputs', wgsl),
      (error: Error) => error instanceof OptionError && error.message.includes(text),
      text,
    );
  refused('const A = 1;\n/* /* */ fn f() {}', 'the comment at line 2 of the WGSL is not closed');
  refused('\nfn f() { if (x) {', 'begins at line 2 of the WGSL lacks a }');
  refused('fn f() {}}', 'line 1 of the WGSL has a } that closes nothing');
  refused('const A = 1', 'begins at line 1 of the WGSL is not ended');
  refused(undefined, 'wgsl undefined was given; it is a text');
});

test('names are replaced where they are used, not as members, attributes or parts of numbers', () => {
  const names = new Map(['x', 'f', 'size', 'größe', 'P'].map((name) => [name, `own_${name}`]));
  const [struct, fn] = declarationsOf(
    'inputs',
    'struct P { @size(16) x: f32, size : P }\nfn f(größe: f32) -> f32 { return x + p . x + 1.5f + 0x1f + größe; }',
  );
  assert.is(renamed(struct, names), 'struct own_P { @size(16) x: f32, size : own_P }');
  assert.is(
    renamed(fn, names),
    'fn own_f(own_größe: f32) -> f32 { return own_x + p . x + 1.5f + 0x1f + own_größe; }',
  );
});

test.run();
