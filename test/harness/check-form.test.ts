import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { partsOf, roundsOf, sizesOf } from '../../src/bench/context.ts';
import { benchQuery, checkProblem, verifyQuery } from '../../src/harness/page/checks/check-form.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';

test('fields of Verify and Benchmark take what their tasks take, and say in the page’s words what they do not', () => {
  for (const [name, right, wrong] of [
    ['seed', ['0', '4', String(Number.MAX_SAFE_INTEGER)], ['-4', '1.5', '', 'x', '1..3']],
    ['rounds', ['1', '5', '999'], ['0', '-1', '2.5', '', '1e9']],
    ['sizes', ['', 'auto', '64', '64, 128', '64; 128'], ['abc', '0', '64,,128', '8193', '1.5']],
  ] as const) {
    for (const text of right) {
      assert.is(checkProblem(name, text), undefined, `${name}=${text}`);
      const form = new FormData();
      form.set(name, text);
      const query = benchQuery(form);
      assert.ok(sizesOf(query.get('sizes'), false).length > 0 && roundsOf(query.get('rounds')) > 0);
    }
    for (const text of wrong) assert.type(checkProblem(name, text), 'string', `${name}=${text}`);
  }
  assert.is(checkProblem('filter', 'anything'), undefined);
  try {
    void speak('es', spanish);
    assert.is(checkProblem('rounds', '0'), '«0» no es un número entero de 1 a 999.');
    assert.match(
      checkProblem('sizes', 'abc') ?? '',
      /^«abc» no es una lista de tamaños de 1 a 8192/,
    );
  } finally {
    void speak('en', {});
  }
});

test('the forms ask for what is ticked and typed, without spaces around it', () => {
  const form = new FormData();
  for (const [name, value] of [
    ['part', 'steps'],
    ['part', 'gemm'],
    ['sizes', ' 64; 128 '],
    ['rounds', ' 3'],
  ]) {
    form.append(name, value);
  }
  const query = benchQuery(form);
  assert.equal(partsOf(query.get('only')), ['steps', 'gemm']);
  assert.equal(sizesOf(query.get('sizes'), false), [64, 128]);
  assert.is(roundsOf(query.get('rounds')), 3);
  const check = new FormData();
  check.set('filter', ' relu ');
  check.set('seed', '');
  assert.is(verifyQuery(check).toString(), 'filter=relu');
});

test.run();
