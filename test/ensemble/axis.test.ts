import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { specialised } from '../../src/ensemble/specialise.ts';
import { rewriteUses } from '../../src/ensemble/uses.ts';

const USES = new Map([
  ['a', { before: 'n * 8u + (', after: ')' }],
  ['b', { before: 'n * 4u + (', after: ')' }],
  ['clock', { instead: 'clock[n].own' }],
]);
const rewritten = (text: string): string => rewriteUses(text, USES);

test('accesses to bound arrays get the network’s offset, one within the other, too', () => {
  assert.is(
    rewritten('fn f(i: u32) { a[i] = b[a[i + 1u]].x + clock.rate; }'),
    'fn f(i: u32) { a[n * 8u + (i)] = b[n * 4u + (a[n * 8u + (i + 1u)])].x + clock[n].own.rate; }',
  );
  assert.is(
    rewritten('fn f() { atomicAdd(&a[0], 1u); }'),
    'fn f() { atomicAdd(&a[n * 8u + (0)], 1u); }',
  );
});

test('locals, parameters, loop variables and members of the same name are left alone', () => {
  const same = [
    'fn f(a: array<f32, 2>) -> f32 { return a[0]; }',
    'fn f() { let a = g(); h(a[0][1]); }',
    'fn f() { for (var a = 0u; a < 3u; a++) { c[a] = a; } }',
    'fn f() { x.a[0] = y.clock; }',
    'struct S { a: f32, clock: u32 }',
    '@group(0) @binding(0) var<storage, read> a: array<f32>;',
  ];
  for (const text of same) assert.is(rewritten(text), text);
});

test('a name is hidden from its declaration to the end of its block only', () => {
  assert.is(
    rewritten(
      'fn f() { { let a = a[0]; c = a; } for (var b = 0u; b < 2u; b++) { d[b] = 1; } e = a[1] + b[2]; }',
    ),
    'fn f() { { let a = a[n * 8u + (0)]; c = a; } for (var b = 0u; b < 2u; b++) { d[b] = 1; } e = a[n * 8u + (1)] + b[n * 4u + (2)]; }',
  );
  assert.is(
    rewritten('fn f(a: u32) { g(a); }\nfn h() { g(a[0]); }'),
    'fn f(a: u32) { g(a); }\nfn h() { g(a[n * 8u + (0)]); }',
  );
});

test('functions in which compilers fold a constant are written for each of its values', () => {
  const length = {
    name: 'LENGTH',
    type: 'f32',
    at: 0,
    literals: ['f32(2.0)', 'f32(3.0)', 'f32(2.0)'],
  };
  const source = 'fn factor(x: f32) -> f32 {\n  return x / LENGTH; // falls\n}\nfn main() {\n}';
  const { text, chooses } = specialised(source, [length]);
  assert.is(chooses, true);
  assert.is(text.split('\n').length, source.split('\n').length);
  assert.match(text, 'default: { return factor_0(x); } case 1u: { return factor_1(x); }');
  assert.match(text, 'return x / f32(3.0);');
  const scaled = 'fn drop(x: f32) -> f32 {\n  return x * LENGTH;\n}';
  assert.equal(specialised(scaled, [length]), { text: scaled, chooses: false });
});

test.run();
