import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { joinAdditions } from '../../src/gpu/chains.ts';
import type { Line } from '../../src/gpu/line.ts';
import { unrollLoops } from '../../src/gpu/lower.ts';
import { takeArraysApart } from '../../src/gpu/registers.ts';

const registers = suite('lowering of arrays and sums');

const lines = (text: string, file = 'body'): Line[] =>
  text
    .trim()
    .split('\n')
    .map((line, i) => ({ text: line, file, line: i + 1 }));

const apart = (text: string, constants: Record<string, number> = {}): string[] =>
  takeArraysApart(unrollLoops(lines(text), constants), constants).map((line) => line.text.trim());

registers('an array whose elements are assigned once becomes constants', () => {
  const got = apart(
    `
var b: array<vec4f, N>;
for (var j = 0u; j < N; j++) { // unroll
  b[j] = load(j);
}
use(b[1u], b[N - 2u]);`,
    { N: 2 },
  );
  assert.equal(got, ['let b_at0 = load(0u);', 'let b_at1 = load(1u);', 'use(b_at1, b_at0);']);
});

registers(
  'an array that is added to becomes variables, put together where it is used whole',
  () => {
    const got = apart(`
var sum: array<f32, 2>;
sum[0u] += x;
sum[1u] += y;
var result = sum;
return result[i];`);
    assert.equal(got, [
      'var sum_at0 = f32();',
      'var sum_at1 = f32();',
      'sum_at0 += x;',
      'sum_at1 += y;',
      'var result = array<f32, 2>(sum_at0, sum_at1);',
      'return result[i];',
    ]);
  },
);

registers('an array that a variable indexes stays an array', () => {
  const text = 'var t: array<f32, 2>;\nt[0u] = 1.0;\nt[i] = 2.0;';
  assert.equal(apart(text), text.split('\n'));
});

registers('an equal name in another file is not replaced', () => {
  const body = lines('var b: array<f32, 1>;\nb[0u] = c;');
  const other = lines('return b[at.x];', 'load');
  const got = takeArraysApart([...body, ...other], {}).map(({ text }) => text);
  assert.equal(got, ['let b_at0 = c;', 'return b[at.x];']);
});

registers('variables that a turn of a loop declares get the number of the turn', () => {
  const text = 'for (var i = 0u; i < 2u; i++) { // unroll\n  let x = f(i);\n  g(x, y.x);\n}';
  assert.equal(
    unrollLoops(lines(text), {}).map((line) => line.text.trim()),
    ['let x_0 = f(0u);', 'g(x_0, y.x);', 'let x_1 = f(1u);', 'g(x_1, y.x);'],
  );
});

const joined = (text: string): string[] => joinAdditions(lines(text)).map((line) => line.text);

registers(
  'additions to one variable that follow each other become one chain in the same order',
  () => {
    assert.equal(joined('s += a * b;\ns += c;\nt += d;'), ['s = ((s + a * b) + c);', 't += d;']);
  },
);

registers('a chain ends at a term that reads the sum, or at another statement', () => {
  assert.equal(joined('s += a;\ns += s;\nf();\ns += b;'), [
    's += a;',
    's += s;',
    'f();',
    's += b;',
  ]);
  assert.equal(joined('s += a;\nsx += s;'), ['s += a;', 'sx += s;']);
});

registers.run();
