import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ShaderError } from '../../src/errors.ts';
import type { Line } from '../../src/gpu/line.ts';
import { unrollLoops } from '../../src/gpu/lower.ts';

const lower = suite('lower');

const linesOf = (...texts: string[]): Line[] =>
  texts.map((text, i) => ({ text, file: 'gemm/gemm', line: 10 + i }));

/** The lines without indentation after unrolling. */
const unrolled = (texts: readonly string[], constants: Record<string, number> = {}): string[] =>
  unrollLoops(linesOf(...texts), constants).map(({ text }) => text.trim());

const loop = (from: string, limit: string, body: readonly string[]): string[] => [
  `for (var i = ${from}; i < ${limit}; i++) { // unroll`,
  ...body,
  '}',
];

function refused(texts: readonly string[], constants: Record<string, number>, text: RegExp): void {
  assert.throws(
    () => unrolled(texts, constants),
    (error: unknown) => error instanceof ShaderError && text.test(error.message),
    String(text),
  );
}

lower('writes out each turn, with a literal instead of the variable', () => {
  assert.equal(unrolled(loop('0u', '3u', ['sum += a[i] * f32(i + 1u);'])), [
    'sum += a[0u] * f32(0u + 1u);',
    'sum += a[1u] * f32(1u + 1u);',
    'sum += a[2u] * f32(2u + 1u);',
  ]);
});

lower('does not change unmarked loops and other lines', () => {
  const texts = [
    'var sum = 0.0;',
    'for (var k = 0u; k < 2u; k++) {',
    '  sum += a[k];',
    '}',
    'for (var i = 0u; i < 2u; i += 1u) { // unroll',
    '}',
  ];
  assert.equal(
    unrollLoops(linesOf(...texts), {}).map(({ text }) => text),
    texts,
  );
});

lower('unrolls loops inside loops, marked or not', () => {
  const inner = ['for (var j = 0u; j < i + 1u; j++) { // unroll', 'f(i, j);', '}'];
  const turn = (i: number): string[] => Array.from({ length: i + 1 }, (_, j) => `f(${i}u, ${j}u);`);
  assert.equal(unrolled(loop('0u', '2u', inner)), [...turn(0), ...turn(1)]);
  assert.equal(unrolled(['for (var k = 0u; k < n; k++) {', ...loop('0u', '1u', ['g(i);']), '}']), [
    ...['for (var k = 0u; k < n; k++) {', 'g(0u);', '}'],
  ]);
});

lower('replaces the variable in the bounds of an inner loop that is not unrolled', () => {
  assert.equal(unrolled(loop('1u', '2u', ['for (var k = i; k < i; k++) {', 'f(k);', '}'])), [
    ...['for (var k = 1u; k < 1u; k++) {', 'f(k);', '}'],
  ]);
});

lower('does not replace longer names, or members with the same name', () => {
  const body = ['let id = index + i2 + hi; s.i += x[i].i; i_ = i;'];
  assert.equal(unrolled(loop('4u', '5u', body)), [
    'let id_4 = index + i2 + hi; s.i += x[4u].i; i_ = 4u;',
  ]);
});

for (const [from, limit, turns] of [
  ['0', '2', [0, 1]],
  ['1u', '(TILE + 1u) / 2u', [1]],
  ['TILE - 2u', 'TILE', [1, 2]],
  ['0u', '2u * TILE % 4u', [0, 1]],
  ['0u', '7 / TILE - 1', [0]],
  ['TILE', 'TILE', []],
  ['(2u)', '((A4 - 1u) * (1u + 1u))', [2, 3]],
] as const) {
  lower(`takes bounds from ${from} to ${limit}`, () => {
    const expected = turns.map((i) => `f(${i}u);`);
    assert.equal(unrolled(loop(from, limit, ['f(i);']), { TILE: 3, A4: 3 }), expected);
  });
}

lower('refuses a bound that is not made of constants, with file and line', () => {
  for (const limit of [
    'n',
    'TILE + n',
    'TILE +',
    '(TILE',
    'TILE)',
    'a.TILE',
    'TILE / 0u',
    'f(2)',
  ]) {
    refused(
      ['let x = 1;', ...loop('0u', limit, [])],
      { TILE: 2 },
      /^shaders\/gemm\/gemm\.wgsl:11: ".*" must be an expression of constants$/,
    );
  }
  refused(loop('n', '2u', []), {}, /gemm\.wgsl:10: "n" must be/);
});

lower('refuses unknown operators', () => {
  for (const limit of ['~TILE', '!TILE', 'TILE << 1u', 'TILE & 1u', '-TILE', 'TILE TILE', '0x2']) {
    refused(loop('0u', limit, []), { TILE: 2 }, /must be an expression of constants/);
  }
});

lower('refuses a loop that is not closed, with file and line', () => {
  refused(['{', ...loop('0u', '1u', ['{'])], {}, /^shaders\/gemm\/gemm\.wgsl:11: .* not closed$/);
});

lower('ignores braces in comments', () => {
  assert.equal(unrolled(loop('0u', '1u', ['f(i); // }', 'g(); // { {'])), [
    'f(0u); // }',
    'g(); // { {',
  ]);
});

lower('keeps the file and line of every line', () => {
  const source = linesOf('a();', ...loop('0u', '2u', ['b();', 'c();']), 'd();');
  const lines = unrollLoops(source, {});
  assert.equal(
    lines.map(({ text, line }) => `${line} ${text}`),
    ['10 a();', ...['12 b();', '13 c();'], ...['12 b();', '13 c();'], '15 d();'],
  );
  assert.ok(lines.every(({ file }) => file === 'gemm/gemm'));
});

lower.run();
